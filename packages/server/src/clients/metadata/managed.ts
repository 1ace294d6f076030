import { z } from 'zod';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { webOrigin } from './urls.js';
import { listOf, optional } from './values.js';

const MOST_ORIGINS = 12;

/** Text of several lines, which is taken back where it is empty. */
const description = z
  .string()
  .trim()
  .max(255, 'must have at most 255 characters')
  .refine(
    (value) => value.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(value),
    'must not contain control characters other than line breaks',
  )
  .transform((value) => (value === '' ? null : value));

/**
 * What belongs to an app that somebody looks after: its developer sets it through the management API. No
 * specification of dynamic registration knows these, and nobody can register them there.
 */
export const managedFields = {
  description: optional(description),
  /** The pages whose scripts may call for this app. */
  allowed_origins: optional(listOf(webOrigin, MOST_ORIGINS, 'origin')),
  /** Whether a part of the app that cannot keep the secret may exchange codes with PKCE in its place. */
  allow_pkce: optional(z.boolean()),
} satisfies Partial<Record<keyof ClientMetadata, unknown>>;

export type ManagedMetadataName = keyof typeof managedFields;
