import { isJsonObject, type JsonObject } from '@grantor/protocol';
import type { OpenIdProviderSettings } from './expand-provider.js';
import { UpstreamError } from './provider.js';

/** A tenant of Microsoft Entra. */
const TENANT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const TEMPLATE = '{tenantid}';

const isTemplate = (issuer: string) => issuer.includes(TEMPLATE);

/**
 * The issuer of a token. Microsoft Entra has one metadata document for all tenants, whose issuer is a template for those
 * of the tenants. The signature is verified, but any tenant may have got it: without a list, all of them are accepted.
 *
 * @param what the token is, for the log
 * @throws UpstreamError
 */
export function issuerOfToken(
  what: string,
  { issuer, tenants }: Pick<OpenIdProviderSettings, 'issuer' | 'tenants'>,
  { tid }: JsonObject,
): string {
  if (!isTemplate(issuer)) return issuer;
  if (typeof tid !== 'string' || !TENANT.test(tid))
    throw new UpstreamError('refused', `${what} has no tenant (tid)`);
  if (tenants !== 'any' && !tenants.includes(tid)) {
    throw new UpstreamError(
      'notAllowed',
      'the tenant (tid) of the user is not among those of the configuration',
    );
  }
  return issuer.replace(TEMPLATE, tid);
}

/** The user of a token. Below an issuer for many tenants, a subject is unique within its tenant only. */
export function subjectOfToken(
  { issuer }: Pick<OpenIdProviderSettings, 'issuer'>,
  { tid, sub }: JsonObject,
): string {
  return isTemplate(issuer) ? `${String(tid)} ${String(sub)}` : String(sub);
}

/** Keys of Microsoft Entra can name the issuer that they sign for. A key of one tenant signs for no other. */
export function withoutKeysOfOthers(jwks: JsonObject, issuer: string): JsonObject {
  if (!Array.isArray(jwks.keys)) return jwks;
  const isOwn = (key: unknown) => !isJsonObject(key) || key.issuer === undefined || key.issuer === issuer;
  return { ...jwks, keys: jwks.keys.filter(isOwn) };
}
