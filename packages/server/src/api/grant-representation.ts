import { z } from 'zod';
import { accessOf } from '../scopes/access.js';
import type { GrantOrigin, ListedGrant } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';

/** The name of each origin in the API. */
const kinds = {
  session: 'authorization_code',
  developer: 'personal_access_token',
} as const satisfies Record<GrantOrigin['kind'], string>;

/** A grant as the API returns it, without tokens: only their hashes are stored. */
export function representGrant(grant: ListedGrant): Record<string, unknown> {
  const access = accessOf(grant);
  return {
    id: grant.id,
    kind: kinds[grant.origin.kind],
    client_id: grant.clientId,
    client_name: grant.clientName,
    account_id: grant.accountId,
    scopes: grant.scopes,
    audience: access.map(({ resource }) => resource),
    access,
    created_on: isoTime(grant.createdAt),
  };
}

export const grantSchema = z
  .object({
    id: z.string(),
    kind: z.enum(kinds),
    client_id: z.string(),
    client_name: z.string(),
    account_id: z.string(),
    scopes: z.array(z.string()),
    audience: z.array(z.string()).meta({ description: 'The possible audiences of its access tokens' }),
    access: z.array(z.object({ resource: z.string(), scopes: z.array(z.string()) })).meta({
      description: 'The scopes by resource. Identity scopes belong to no resource',
    }),
    created_on: timestamp,
  })
  .meta({ id: 'Grant', description: 'One authorization of an app by a user' });
