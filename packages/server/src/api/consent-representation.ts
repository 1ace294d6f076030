import { z } from 'zod';
import { ACCESS_WITHOUT_SCOPE, groupByResource } from '../consents/consent-items.js';
import { claimOf } from '../scopes/claim-items.js';
import type {
  AccountRecord,
  AllowedItem,
  ClientRecord,
  ConsentItem,
  ConsentRecord,
  ListedGrant,
} from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import type { ClientResponses } from './client-representation.js';
import { grantSchema, representGrant } from './grant-representation.js';

/** The names of all scopes, each once. */
const scopesOf = (items: readonly ConsentItem[]): string =>
  [...new Set(items.filter(isScope).map(({ name }) => name))].join(' ');

const isScope = ({ name }: ConsentItem): boolean =>
  name !== ACCESS_WITHOUT_SCOPE && claimOf(name) === undefined;

const allowedScopes = z.string().meta({ description: 'The scopes, separated by spaces' });

const accessOfItems = (items: readonly ConsentItem[]) =>
  groupByResource(items.filter(({ name }) => claimOf(name) === undefined));

const allowedAccess = z
  .array(z.object({ resource: z.string().nullable(), scopes: z.array(z.string()) }))
  .meta({
    description:
      'The scopes by resource. With the resource null: identity scopes for userinfo and ID tokens, and scopes of an ' +
      'earlier version whose resource is unknown, for which the user is asked again',
  });

/** A consent in the list of the user who gave it. */
export function representConsent(
  { clientId, items, modifiedAt, client }: ConsentRecord & { readonly client: ClientRecord },
  responses: ClientResponses,
  logo?: string,
): Record<string, unknown> {
  return {
    registered_client_id: clientId,
    scopes: scopesOf(items),
    access: accessOfItems(items),
    modified_at: isoTime(modifiedAt),
    client: responses.representPublicInfo(client, logo),
  };
}

export const consentSchema = ({ infoSchema }: ClientResponses) =>
  z
    .object({
      registered_client_id: z.string(),
      scopes: allowedScopes,
      access: allowedAccess,
      modified_at: timestamp,
      client: infoSchema.nullable(),
    })
    .meta({ id: 'Consent', description: 'The access that a user granted to an app' });

/** A consent in the list of an app. */
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
  .meta({ id: 'ClientConsent', description: 'The access that a user granted to this app' });

/** A consent item with the time for which it lasts, in seconds; undefined until it is revoked. */
type ExpiringItem = AllowedItem & { readonly seconds: number | undefined };

/** A consent with its active grants. */
export function representInspectedConsent(
  accountId: string,
  client: ClientRecord,
  items: readonly ExpiringItem[],
  grants: readonly ListedGrant[],
  responses: ClientResponses,
): Record<string, unknown> {
  const resources = new Map<string, number>();
  for (const { resource, allowedAt } of items) {
    // Items are sorted by the time at which they were allowed.
    if (resource !== null && !resources.has(resource)) resources.set(resource, allowedAt);
  }
  return {
    registered_client_id: client.id,
    account_id: accountId,
    scopes: items.filter(isScope).map(({ name, resource, allowedAt, seconds }) => ({
      name,
      resource,
      allowed_on: isoTime(allowedAt),
      expires_on: seconds === undefined ? null : isoTime(allowedAt + seconds),
    })),
    claims: items.flatMap(({ name: item, allowedAt }) => {
      const name = claimOf(item);
      return name === undefined ? [] : [{ name, allowed_on: isoTime(allowedAt) }];
    }),
    resources: [...resources].map(([name, allowedAt]) => ({ name, allowed_on: isoTime(allowedAt) })),
    client: responses.representPublicInfo(client),
    grants: grants.map(representGrant),
  };
}

const allowed = (what: string) =>
  z
    .array(z.object({ name: z.string(), allowed_on: timestamp }))
    .meta({ description: `${what}, with the time at which each was allowed` });

export const inspectedConsentSchema = ({ infoSchema }: ClientResponses) =>
  z
    .object({
      registered_client_id: z.string(),
      account_id: z.string(),
      scopes: z
        .array(
          z.object({
            name: z.string(),
            resource: z.string().nullable(),
            allowed_on: timestamp,
            expires_on: timestamp.nullable(),
          }),
        )
        .meta({
          description:
            'The scopes, each with its resource, if it has one, the time at which it was allowed, and the time after which ' +
            'the user is asked again; null if it lasts until it is revoked',
        }),
      claims: allowed('The claims of the `claims` parameter'),
      resources: allowed('The resources'),
      client: infoSchema,
      grants: z.array(grantSchema).meta({ description: 'The newest active grants' }),
    })
    .meta({ id: 'InspectedConsent' });
