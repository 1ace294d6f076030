import { z } from 'zod';
import { idTokenClaims } from '../../protocol/index.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { webOrigin } from './urls.js';
import { listOf, oneOf, optional } from './values.js';

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
  description: optional(description).meta({ description: 'What the app does; at most 255 characters' }),
  allowed_origins: optional(listOf(webOrigin, MOST_ORIGINS, 'origin')).meta({
    description: 'The pages whose scripts may call for this app: https://app.example.com',
  }),
  allow_pkce: optional(z.boolean()).meta({
    description: 'Whether codes may be exchanged with PKCE in place of the secret, without a refresh token',
  }),
  id_token_claims: optional(oneOf(idTokenClaims)).meta({
    description:
      'all: ID tokens from the token endpoint hold the claims of the granted scopes; standard: userinfo alone does',
  }),
} satisfies Partial<Record<keyof ClientMetadata, unknown>>;

export type ManagedMetadataName = keyof typeof managedFields;
