import { z } from 'zod';
import { isResource, isScopeValue } from '../protocol/index.js';
import { reservedPrefixes } from '../scopes/catalogue.js';
import type { CatalogueScope } from '../scopes/catalogue-scope.js';
import { textIn } from '../scopes/local-text.js';
import type { LocalTexts, ScopeGroupRecord } from '../storage/ports/index.js';
import { text } from '../validation/values.js';

const MOST_LANGUAGES = 32;

/** Ten years, as for the setting of the server. */
const LONGEST_CONSENT_SECONDS = 10 * 365 * 86_400;

/** A language tag (BCP 47) of the usual length. */
const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}$/, 'must be a language tag: en, pt-BR');

const texts = z
  .record(language, z.strictObject({ title: text(1, 256), description: text(1, 1024).optional() }))
  .refine((values) => Object.hasOwn(values, 'en'), 'must have a text in en, the default language')
  .refine(
    (values) => Object.keys(values).length <= MOST_LANGUAGES,
    `must have at most ${MOST_LANGUAGES} languages`,
  )
  .meta({ description: 'The texts of the consent page, by language. `en` is required' });

const groupName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits or . _ - and start with a letter or digit',
  );

const type = z.enum(['read', 'write'], { error: 'must be read or write' });

const resource = z
  .string()
  .max(512, 'must have at most 512 characters')
  .refine(isResource, 'must be an absolute URI without a fragment')
  .nullable()
  .meta({ description: 'The only resource at which the scope can be granted (RFC 8707); null for any' });

const consentSeconds = z.int().min(0).max(LONGEST_CONSENT_SECONDS).meta({
  description:
    'How long consent to the scope lasts, in seconds: users are asked again after it. 0 for as long as the server allows',
});

/** A scope in a path. Built-in scopes are accepted, so that changing them is refused with the right error. */
export const scopePath = z.object({ name: z.string().refine(isScopeValue) });
export const groupPath = z.object({ name: groupName });

/** The fields of a new scope. */
export const newScopeSchema = z.strictObject({
  name: z
    .string()
    .refine(isScopeValue, 'must be 1 to 128 printable ASCII characters without spaces, " and \\')
    .refine(
      (name) => !reservedPrefixes.some((prefix) => name.toLowerCase().startsWith(prefix)),
      `must not begin with ${reservedPrefixes.join(', ')}`,
    ),
  group: groupName,
  type,
  texts,
  resource: resource.default(null),
  needs_approval: z.boolean().default(false),
  optional: z.boolean().default(false),
  consent_seconds: consentSeconds.default(0),
});

export const scopeReplacementSchema = newScopeSchema.omit({ name: true });

export const scopeChangesSchema = z
  .strictObject({
    group: groupName,
    type,
    texts,
    resource,
    needs_approval: z.boolean(),
    optional: z.boolean(),
    consent_seconds: consentSeconds,
  })
  .partial();

export const groupReplacementSchema = z.strictObject({
  texts,
  write_implies_read: z
    .boolean()
    .default(true)
    .meta({ description: 'Whether a write scope of the group includes the read scopes of the group' }),
});

/** Fields that only the server sets. */
export const SCOPE_READ_ONLY = ['name', 'built_in'] as const;

/**
 * A scope with its texts in one language, for callers that register apps.
 *
 * @param languages the preferred one first
 */
export function representScope(scope: CatalogueScope, languages: readonly string[]): Record<string, unknown> {
  const { title, description = null } = textIn(scope.texts, languages);
  return {
    name: scope.name,
    group: scope.group,
    type: scope.type,
    title,
    description,
    resource: scope.resource,
    needs_approval: scope.needsApproval,
    optional: scope.isOptional,
    consent_seconds: scope.consentSeconds,
  };
}

/** The same with its texts in all languages, for administrators. */
export function representWholeScope(scope: Omit<CatalogueScope, 'isBuiltIn'>, isBuiltIn = false) {
  return {
    name: scope.name,
    group: scope.group,
    type: scope.type,
    texts: inOrder(scope.texts),
    resource: scope.resource,
    needs_approval: scope.needsApproval,
    optional: scope.isOptional,
    consent_seconds: scope.consentSeconds,
    built_in: isBuiltIn,
  };
}

export function representGroup(group: ScopeGroupRecord) {
  return { name: group.name, texts: inOrder(group.texts), write_implies_read: group.writeImpliesRead };
}

/** Sorts the texts, so that the entity tag does not depend on their order. */
function inOrder(values: LocalTexts): LocalTexts {
  return Object.fromEntries(Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const textsInResponse = z.record(
  z.string(),
  z.strictObject({ title: z.string(), description: z.string().optional() }),
);

const shared = {
  name: z.string(),
  group: z.string(),
  type: z.enum(['read', 'write', 'openid']),
};

const settings = {
  resource: z.string().nullable(),
  needs_approval: z
    .boolean()
    .meta({ description: 'Whether an administrator must approve the scope for each app' }),
  optional: z
    .boolean()
    .meta({ description: 'Whether users can leave the scope out when they allow an app the rest' }),
  consent_seconds: consentSeconds,
};

export const scopeSchema = z
  .strictObject({ ...shared, title: z.string(), description: z.string().nullable(), ...settings })
  .meta({ id: 'Scope', description: 'A scope that apps can request' });

export const wholeScopeSchema = z
  .strictObject({
    ...shared,
    texts: textsInResponse,
    ...settings,
    built_in: z.boolean().meta({ description: 'Whether the scope is built in and cannot be changed' }),
  })
  .meta({ id: 'ScopeDefinition', description: 'A scope with its texts in all languages' });

export const groupSchema = z
  .strictObject({ name: z.string(), texts: textsInResponse, write_implies_read: z.boolean() })
  .meta({ id: 'ScopeGroup', description: 'A group of scopes' });
