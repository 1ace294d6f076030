import type { CodeRecord, NewRefreshToken, OpaqueAccessTokenRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { flag, text, texts, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';
import { binding } from './binding.field.js';

/** Authorization codes. */
export const codesTable = defineTable('authorization_codes', {
  hash: text('hash'),
  grantId: text('grant_id'),
  redirectUri: text('redirect_uri'),
  redirectUriSent: flag('redirect_uri_sent'),
  codeChallenge: nullable(text('code_challenge')),
  nonce: nullable(text('nonce')),
  expiresAt: time('expires_at'),
  spentAt: nullable(time('spent_at')),
} satisfies FieldsFor<CodeRecord>);

/** Opaque access tokens that were issued from a grant. */
export const accessTokensTable = defineTable('opaque_access_tokens', {
  hash: text('hash'),
  grantId: text('grant_id'),
  scopes: texts('scopes'),
  audience: texts('audience'),
  binding,
  issuedAt: time('issued_at'),
  expiresAt: time('expires_at'),
} satisfies FieldsFor<OpaqueAccessTokenRecord & { grantId: string }>);

/** The refresh tokens of one grant. One row has the hash of the current token and of the one before. */
interface RefreshTokenFamily extends NewRefreshToken {
  readonly grantId: string;
  /** Null once the previous token can no longer be retried. */
  readonly previousHash: string | null;
  /** When a token of the family was last used; null before the first use. */
  readonly usedAt: number | null;
  /** The response to the use of the previous token. */
  readonly sealedResponse: string | null;
}

export const familiesTable = defineTable('refresh_token_families', {
  familyHash: text('hash'),
  grantId: text('grant_id'),
  hash: text('token_hash'),
  previousHash: nullable(text('previous_token_hash')),
  binding,
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  usedAt: nullable(time('used_at')),
  sealedResponse: nullable(text('sealed_answer')),
} satisfies FieldsFor<RefreshTokenFamily>);

/** Spent refresh tokens of versions without families. No row is added. */
export const spentRefreshTokensTable = defineTable('spent_refresh_tokens', {
  hash: text('hash'),
  grantId: text('grant_id'),
  createdAt: time('created_at'),
  expiresAt: time('expires_at'),
  spentAt: nullable(time('spent_at')),
  sealedResponse: nullable(text('sealed_answer')),
});
