import { z } from 'zod';
import { idTokenClaims, isScopeValue, logoStyles } from '../../protocol/index.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { webOrigin } from '../../validation/urls.js';
import { listOf, oneOf, optional, text } from '../../validation/values.js';

const MOST_ORIGINS = 12;

const accent = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'must be a colour in six hex digits, such as #0b6655')
  .transform((value) => value.toLowerCase());

const scope = z.string().refine(isScopeValue, 'must be a scope');

/** Text with line breaks. An empty text removes the field. */
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
 * Fields that a developer sets through the management API. No specification of dynamic registration has them, and
 * they cannot be registered there.
 */
export const managedFields = {
  description: optional(description).meta({ description: 'What the app does; at most 255 characters' }),
  publisher: optional(text(1, 256)).meta({
    description: 'Who publishes the app: the company or the developer, as users read it',
  }),
  optional_scopes: optional(listOf(scope, 64, 'scope')).meta({
    description: 'The scopes that users can leave out when they allow the app the rest',
  }),
  accent_light: optional(accent).meta({
    description:
      'The colour of buttons and links on light sign-in and consent pages, while the app is verified. The server must allow it',
  }),
  accent_dark: optional(accent).meta({ description: 'The same for dark pages' }),
  logo_style: optional(oneOf(logoStyles)).meta({
    description:
      '`wordmark`: those pages show the logo in its own width, since the name is in it. Default: `icon`',
  }),
  allowed_origins: optional(listOf(webOrigin, MOST_ORIGINS, 'origin')).meta({
    description: 'The origins of pages that may send requests for the app: https://app.example.com',
  }),
  allow_pkce: optional(z.boolean()).meta({
    description: 'Whether codes may be exchanged with PKCE instead of the secret, without a refresh token',
  }),
  id_token_claims: optional(oneOf(idTokenClaims)).meta({
    description:
      '`all`: ID tokens from the token endpoint hold the claims of the granted scopes. `standard`: only userinfo does',
  }),
} satisfies Partial<Record<keyof ClientMetadata, unknown>>;

export type ManagedMetadataName = keyof typeof managedFields;
