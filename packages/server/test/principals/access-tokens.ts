import { randomUUID } from 'node:crypto';
import type { TestServer } from '../../../../test/kit/servers.js';
import { createEventFactory } from '../../src/audit/events.js';
import { sha256 } from '../../src/crypto/hash.js';
import { systemRandom } from '../../src/crypto/random.js';
import { client, ofDeveloper } from '../storage/fixtures.js';

/** An access token that a user granted to an app, with its grant and app. */
export async function tokenOf(
  { server: { store }, issuer }: TestServer,
  user: { readonly id: string },
  scopes: readonly string[],
  options: {
    readonly audience?: readonly string[];
    readonly now?: number;
    readonly subjectType?: 'pairwise';
  } = {},
): Promise<{ readonly token: string; readonly grantId: string; readonly clientId: string }> {
  const { now = Math.floor(Date.now() / 1000), audience = [issuer], subjectType } = options;
  const app = client(subjectType === undefined ? {} : { metadata: { subject_type: subjectType } });
  await store.clients.create(app);
  const expiresAt = now + 900;
  const owner = { accountId: user.id, clientId: app.id };
  const { grant } = ofDeveloper(owner, { scopes, createdAt: now, expiresAt });
  const token = randomUUID();
  const accessToken = {
    hash: sha256(token),
    scopes,
    audience,
    binding: 'none' as const,
    issuedAt: now,
    expiresAt,
  };
  const describe = createEventFactory(() => now, systemRandom);
  const event = describe({ type: 'personal_access_token.issued' });
  await store.grants.create({ grant, tokens: { accessToken, refreshToken: null }, event });
  return { token, grantId: grant.id, clientId: app.id };
}

/** An access token that an app requested for itself (RFC 6749 §4.4). */
export async function ownTokenOf(
  { server: { store }, issuer }: TestServer,
  scopes: readonly string[],
  now = Math.floor(Date.now() / 1000),
): Promise<{ readonly token: string; readonly clientId: string }> {
  const app = client();
  await store.clients.create(app);
  const token = randomUUID();
  await store.clientTokens.create({
    hash: sha256(token),
    clientId: app.id,
    scopes,
    audience: [issuer],
    binding: 'none',
    issuedAt: now,
    expiresAt: now + 900,
    credentialsVersion: 0,
  });
  return { token, clientId: app.id };
}
