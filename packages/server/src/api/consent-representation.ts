import { z } from 'zod';
import { claimOf } from '../consents/claim-words.js';
import { resourceOf } from '../consents/resource-words.js';
import type {
  AccountRecord,
  AllowedItem,
  ClientRecord,
  ConsentRecord,
  ListedGrant,
} from '../storage/ports/index.js';
import { clientInfoSchema, representPublicClientInfo } from './client-representation.js';
import { grantSchema, representGrant } from './grant-representation.js';
import { isoTime, timestamp } from './page.js';

/** The scopes among what was allowed, without the claims and resources that were allowed one by one. */
const scopesOf = (items: readonly string[]): string =>
  items.filter((item) => claimOf(item) === undefined && resourceOf(item) === undefined).join(' ');

const allowedScopes = z.string().meta({ description: 'The scopes, with a space between them' });

/** A consent as its person lists it. */
export function representConsent(
  { clientId, items, modifiedAt, client }: ConsentRecord & { readonly client: ClientRecord },
  logo?: string,
): Record<string, unknown> {
  return {
    registered_client_id: clientId,
    scopes: scopesOf(items),
    modified_at: isoTime(modifiedAt),
    client: representPublicClientInfo(client, logo),
  };
}

export const consentSchema = z
  .object({
    registered_client_id: z.string(),
    scopes: allowedScopes,
    modified_at: timestamp,
    client: clientInfoSchema.nullable(),
  })
  .meta({ id: 'Consent', description: 'What a person allowed an app' });

/** A consent as those list it who look after the app. */
export function representClientConsent({
  accountId,
  items,
  modifiedAt,
  account,
}: ConsentRecord & { readonly account: AccountRecord }): Record<string, unknown> {
  return {
    account_id: accountId,
    username: account.username,
    name: account.name,
    scopes: scopesOf(items),
    modified_at: isoTime(modifiedAt),
  };
}

export const clientConsentSchema = z
  .object({
    account_id: z.string(),
    username: z.string(),
    name: z.string(),
    scopes: allowedScopes,
    modified_at: timestamp,
  })
  .meta({ id: 'ClientConsent', description: 'What a person allowed this app' });

/** All that there is to know of a consent, with the live grants that stand on it. */
export function representInspectedConsent(
  accountId: string,
  client: ClientRecord,
  items: readonly AllowedItem[],
  grants: readonly ListedGrant[],
): Record<string, unknown> {
  const named = (nameOf: (item: string) => string | undefined) =>
    items.flatMap(({ name: item, allowedAt }) => {
      const name = nameOf(item);
      return name === undefined ? [] : [{ name, allowed_on: isoTime(allowedAt) }];
    });
  return {
    registered_client_id: client.id,
    account_id: accountId,
    scopes: named((item) => (scopesOf([item]) === '' ? undefined : item)),
    claims: named(claimOf),
    resources: named(resourceOf),
    client: representPublicClientInfo(client),
    grants: grants.map(representGrant),
  };
}

const allowed = (what: string) =>
  z
    .array(z.object({ name: z.string(), allowed_on: timestamp }))
    .meta({ description: `${what}, with when each was allowed` });

export const inspectedConsentSchema = z
  .object({
    registered_client_id: z.string(),
    account_id: z.string(),
    scopes: allowed('The scopes'),
    claims: allowed('The claims that were allowed one by one'),
    resources: allowed('The resources that access was allowed at'),
    client: clientInfoSchema,
    grants: z.array(grantSchema).meta({ description: 'The newest live grants' }),
  })
  .meta({ id: 'InspectedConsent' });
