import type { LocalTexts } from '../storage/ports/index.js';
import { isTextKey, readInAllLanguages } from '../texts/catalogues.js';
import type { CatalogueScope } from './catalogue-scope.js';
import { type ManagementScope, managementScopeNames } from './management-scopes.js';

/** The scopes of OpenID Connect (Core 1.0 §5.4, §11) and `groups`, in the order of the metadata. */
const openidScopeNames = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'groups',
  'offline_access',
] as const;

const scopeTexts = readInAllLanguages('scopes');

export const openidScopes: readonly CatalogueScope[] = openidScopeNames.map((name) => ({
  name,
  group: 'openid',
  type: 'openid',
  texts: textsOf(name),
  resource: null,
  needsApproval: false,
  isOptional: false,
  consentSeconds: 0,
  isBuiltIn: true,
}));

/** The scopes of the management API. An app gets them only from an administrator. */
export const scopesOfManagement: readonly CatalogueScope[] = managementScopeNames.map((name) => ({
  name,
  group: name.slice(0, name.indexOf(':')),
  type: name.endsWith(':read') ? 'read' : 'write',
  texts: textsOf(name),
  resource: null,
  needsApproval: true,
  isOptional: false,
  consentSeconds: 0,
  isBuiltIn: true,
}));

/**
 * The scopes about the user (OpenID Connect Core 1.0 §5.4, §11). They apply to the issuer's userinfo endpoint and to
 * ID tokens, whatever resource a request names. Consent to them is stored once, without a resource. A request without
 * `scope` never gets them, and neither does a client for itself.
 */
export const identityScopes: ReadonlySet<string> = new Set(openidScopes.map(({ name }) => name));

/** The texts of a built-in scope in all languages, from the catalogues. */
function textsOf(name: (typeof openidScopeNames)[number] | ManagementScope): LocalTexts {
  const description = `scopes.${name}.description`;
  return Object.fromEntries(
    [...scopeTexts].map(([language, texts]) => [
      language,
      {
        title: texts.get(`scopes.${name}.title`) ?? '',
        ...(isTextKey(description) ? { description: texts.get(description) ?? '' } : {}),
      },
    ]),
  );
}
