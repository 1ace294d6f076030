import type { Binding } from '../../ports/index.js';
import { mapped, nullable } from '../codec/compound.js';
import { json } from '../codec/field.js';

/** The binding of a token, as its `cnf` (RFC 7800 §3.1). A bearer token has null. */
export const binding = mapped(
  nullable(json<'binding', Exclude<Binding, 'none'>>('binding')),
  (stored): Binding => stored ?? 'none',
  (value) => (value === 'none' ? null : value),
);
