import { z } from 'zod';
import { ACCESS_WITHOUT_SCOPE, groupByResource } from '../consents/consent-items.js';
import { claimOf } from '../scopes/claim-words.js';
import type {
  AccountRecord,
  AllowedItem,
  ClientRecord,
  ConsentItem,
  ConsentRecord,
  ListedGrant,
} from '../storage/ports/index.js';
import { clientInfoSchema, representPublicClientInfo } from './client-representation.js';
import { grantSchema, representGrant } from './grant-representation.js';
import { isoTime, timestamp } from './page.js';

/** The names of the scopes that were allowed somewhere, each once, as programs written for DocSpace read them. */
const scopesOf = (items: readonly ConsentItem[]): string =>
  [...new Set(items.filter(isScope).map(({ name }) => name))].join(' ');

const isScope = ({ name }: ConsentItem): boolean =>
  name !== ACCESS_WITHOUT_SCOPE && claimOf(name) === undefined;

const allowedScopes = z.string().meta({ description: 'The scopes, with a space between them' });

const accessOfItems = (items: readonly ConsentItem[]) =>
  groupByResource(items.filter(({ name }) => claimOf(name) === undefined));

const allowedAccess = z
  .array(z.object({ resource: z.string().nullable(), scopes: z.array(z.string()) }))
  .meta({
    description:
      'The scopes by the resource that they are allowed at. Those with the resource null are about the user, for ' +
      'userinfo and ID tokens; others among them were allowed at an unknown resource, and are asked for again',
  });

/** A consent as its person lists it. */
export function representConsent(
  { clientId, items, modifiedAt, client }: ConsentRecord & { readonly client: ClientRecord },
  logo?: string,
): Record<string, unknown> {
  return {
    registered_client_id: clientId,
    scopes: scopesOf(items),
    access: accessOfItems(items),
    modified_at: isoTime(modifiedAt),
    client: representPublicClientInfo(client, logo),
  };
}

export const consentSchema = z
  .object({
    registered_client_id: z.string(),
    scopes: allowedScopes,
    access: allowedAccess,
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
    access: accessOfItems(items),
    modified_at: isoTime(modifiedAt),
  };
}

export const clientConsentSchema = z
  .object({
    account_id: z.string(),
    username: z.string(),
    name: z.string(),
    scopes: allowedScopes,
    access: allowedAccess,
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
  const resources = new Map<string, number>();
  for (const { resource, allowedAt } of items) {
    // They come in the order in which they were allowed.
    if (resource !== null && !resources.has(resource)) resources.set(resource, allowedAt);
  }
  return {
    registered_client_id: client.id,
    account_id: accountId,
    scopes: items
      .filter(isScope)
      .map(({ name, resource, allowedAt }) => ({ name, resource, allowed_on: isoTime(allowedAt) })),
    claims: items.flatMap(({ name: item, allowedAt }) => {
      const name = claimOf(item);
      return name === undefined ? [] : [{ name, allowed_on: isoTime(allowedAt) }];
    }),
    resources: [...resources].map(([name, allowedAt]) => ({ name, allowed_on: isoTime(allowedAt) })),
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
    scopes: z
      .array(z.object({ name: z.string(), resource: z.string().nullable(), allowed_on: timestamp }))
      .meta({
        description:
          'The scopes, each with the resource that it was allowed at, if it belongs to one, and when',
      }),
    claims: allowed('The claims that were allowed one by one'),
    resources: allowed('The resources that access was allowed at'),
    client: clientInfoSchema,
    grants: z.array(grantSchema).meta({ description: 'The newest live grants' }),
  })
  .meta({ id: 'InspectedConsent' });
