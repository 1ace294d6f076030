import type { Binding } from '../storage/ports/index.js';

/** The `cnf` claim of a token (RFC 7800 §3.1); undefined for a bearer token. */
export function confirmationOf(binding: Binding): Exclude<Binding, 'none'> | undefined {
  return binding === 'none' ? undefined : binding;
}

/** The `token_type` of an access token: `DPoP` (RFC 9449 §5), or `Bearer`, with a certificate too (RFC 8705 §3). */
export function tokenTypeOf(binding: Binding): 'Bearer' | 'DPoP' {
  return binding !== 'none' && 'jkt' in binding ? 'DPoP' : 'Bearer';
}
