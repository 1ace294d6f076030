import type { SigningKeyRecord } from '../../ports/index.js';
import { nullable } from '../codec/compound.js';
import { integer, text, time } from '../codec/field.js';
import { defineTable, type FieldsFor } from '../codec/table.js';

/** Signing keys. */
export const signingKeysTable = defineTable('signing_keys', {
  kid: text('kid'),
  algorithm: text('algorithm'),
  generation: integer('generation'),
  publicJwk: text('public_jwk'),
  sealedPrivateJwk: text('sealed_private_jwk'),
  createdAt: time('created_at'),
  signsFrom: nullable(time('signs_from')),
  tokenSeconds: integer('token_seconds'),
} satisfies FieldsFor<SigningKeyRecord>);
