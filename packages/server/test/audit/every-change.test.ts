import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { eventsOf } from '../../../../test/kit/audit-events.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

/** A change, and the setup that it needs. */
interface Change {
  readonly type: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<string, Record<string, { readonly operationId?: string; readonly responses?: object }>>
  >;
}

interface Stage {
  readonly grantor: TestServer;
  readonly admin: ApiCaller;
}

const uniqueName = (): string => `name_${randomUUID().replaceAll('-', '')}`;
const texts = { en: { title: 'A title' } };

async function addClient({ admin }: Stage, fields: object = {}): Promise<string> {
  const app = { name: 'An app', redirect_uris: ['https://app.example/cb'], ...fields };
  return (await bodyOf<{ client_id: string }>(admin.call('POST', '/clients', app), 201)).client_id;
}

async function addScope({ admin }: Stage, fields: object = {}): Promise<string> {
  const name = uniqueName();
  const scope = { name, group: 'files', type: 'read', texts, ...fields };
  await bodyOf(admin.call('POST', '/scopes', scope), 201);
  return name;
}

async function addGroup({ admin }: Stage): Promise<string> {
  const name = uniqueName();
  await bodyOf(admin.call('PUT', `/scope-groups/${name}`, { texts }));
  return name;
}

/** An app that the administrator has allowed something, and the grant. */
async function addConsent({ grantor, admin }: Stage): Promise<{ app: TestApp; grantId: string }> {
  const registered = await registerApp(grantor);
  const app = Object.assign(registered, { user: admin.user });
  await app.tokens();
  const { data } = await bodyOf<{ data: readonly { id: string }[] }>(
    admin.call('GET', `/grants?client_id=${app.id}`),
  );
  return { app, grantId: data[0]?.id ?? '' };
}

/** A developer's app that waits for a scope. */
async function addWaiting(stage: Stage): Promise<string> {
  const scope = await addScope(stage, { needs_approval: true });
  const developer = await addCaller(stage.grantor);
  const app = { name: 'Waits', redirect_uris: ['https://app.example/cb'], scopes: ['openid', scope] };
  return (await bodyOf<{ client_id: string }>(developer.call('POST', '/clients', app), 201)).client_id;
}

async function addKey({ admin }: Stage): Promise<string> {
  return (await bodyOf<{ id: string }>(admin.call('POST', '/keys', { name: 'A key' }), 201)).id;
}

async function addAccount({ admin }: Stage): Promise<string> {
  const account = { email: `${randomUUID()}@example.com`, name: 'New', password: 'analytical-engine' };
  return (await bodyOf<{ id: string }>(admin.call('POST', '/accounts', account), 201)).id;
}

async function addMailInDoubt({ grantor }: Stage): Promise<string> {
  const { mails } = grantor.server.store;
  const now = Math.floor(Date.now() / 1000);
  const id = randomUUID();
  await mails.add({ id, template: 'newSignIn', sealed: '', createdAt: now, expiresAt: now + 3600 });
  for (const claimed of await mails.claim(now, now + 60, 100)) await mails.handOver(claimed, now);
  await mails.markInDoubt(now + 1, 100);
  return id;
}

/** Every operation that changes something, by its name in the OpenAPI document. */
const changes: Readonly<Record<string, (stage: Stage) => Promise<Change> | Change>> = {
  createClient: () => ({
    type: 'client.created',
    method: 'POST',
    path: '/clients',
    body: { name: 'An app', redirect_uris: ['https://app.example/cb'] },
  }),
  updateClient: async (stage) => ({
    type: 'client.updated',
    method: 'PUT',
    path: `/clients/${await addClient(stage)}`,
    body: { name: 'Another name' },
  }),
  patchClient: async (stage) => ({
    type: 'client.updated',
    method: 'PATCH',
    path: `/clients/${await addClient(stage)}`,
    body: { name: 'Another name' },
  }),
  deleteClient: async (stage) => ({
    type: 'client.deleted',
    method: 'DELETE',
    path: `/clients/${await addClient(stage)}`,
  }),
  changeClientActivation: async (stage) => ({
    type: 'client.disabled',
    method: 'PATCH',
    path: `/clients/${await addClient(stage)}/activation`,
    body: { status: false },
  }),
  regenerateClientSecret: async (stage) => ({
    type: 'client.secret_rotated',
    method: 'PATCH',
    path: `/clients/${await addClient(stage)}/regenerate`,
  }),
  deleteOwnClients: async (stage) => {
    await bodyOf(stage.admin.call('DELETE', '/clients'));
    await addClient(stage);
    return { type: 'client.deleted', method: 'DELETE', path: '/clients' };
  },
  deleteAllClients: async (stage) => {
    await bodyOf(stage.admin.call('DELETE', '/clients/tenant'));
    await addClient(stage);
    return { type: 'client.deleted', method: 'DELETE', path: '/clients/tenant' };
  },
  deleteConsent: async (stage) => ({
    type: 'consent.revoked',
    method: 'DELETE',
    path: `/consents/${(await addConsent(stage)).app.id}`,
  }),
  revokeClient: async (stage) => ({
    type: 'consent.revoked',
    method: 'DELETE',
    path: `/clients/${(await addConsent(stage)).app.id}/revoke`,
  }),
  deleteGrant: async (stage) => ({
    type: 'grant.revoked',
    method: 'DELETE',
    path: `/grants/${(await addConsent(stage)).grantId}`,
  }),
  createAccount: () => ({
    type: 'account.created',
    method: 'POST',
    path: '/accounts',
    body: { email: `${randomUUID()}@example.com`, name: 'New', password: 'analytical-engine' },
  }),
  patchAccount: async (stage) => ({
    type: 'account.updated',
    method: 'PATCH',
    path: `/accounts/${await addAccount(stage)}`,
    body: { name: 'Another name' },
  }),
  endAccountAccess: async (stage) => ({
    type: 'account.access_ended',
    method: 'DELETE',
    path: `/accounts/${await addAccount(stage)}/access`,
  }),
  resetAccountFactors: async (stage) => ({
    type: 'account.factors_reset',
    method: 'DELETE',
    path: `/accounts/${await addAccount(stage)}/factors`,
  }),
  deleteAccount: async (stage) => ({
    type: 'account.deleted',
    method: 'DELETE',
    path: `/accounts/${await addAccount(stage)}`,
  }),
  createApiKey: () => ({ type: 'api_key.created', method: 'POST', path: '/keys', body: { name: 'A key' } }),
  renameApiKey: async (stage) => ({
    type: 'api_key.updated',
    method: 'PATCH',
    path: `/keys/${await addKey(stage)}`,
    body: { name: 'Another name' },
  }),
  deleteApiKey: async (stage) => ({
    type: 'api_key.deleted',
    method: 'DELETE',
    path: `/keys/${await addKey(stage)}`,
  }),
  createRegistrationToken: () => ({
    type: 'registration_token.created',
    method: 'POST',
    path: '/registration-tokens',
    body: { name: 'A token' },
  }),
  deleteRegistrationToken: async ({ admin }) => {
    const made = await bodyOf<{ id: string }>(admin.call('POST', '/registration-tokens', {}), 201);
    return {
      type: 'registration_token.deleted',
      method: 'DELETE',
      path: `/registration-tokens/${made.id}`,
    };
  },
  createScope: () => ({
    type: 'scope.created',
    method: 'POST',
    path: '/scopes',
    body: { name: uniqueName(), group: 'files', type: 'read', texts },
  }),
  replaceScope: async (stage) => ({
    type: 'scope.updated',
    method: 'PUT',
    path: `/scopes/${await addScope(stage)}`,
    body: { group: 'rooms', type: 'write', texts },
  }),
  patchScope: async (stage) => ({
    type: 'scope.updated',
    method: 'PATCH',
    path: `/scopes/${await addScope(stage)}`,
    body: { type: 'write' },
  }),
  deleteScope: async (stage) => ({
    type: 'scope.deleted',
    method: 'DELETE',
    path: `/scopes/${await addScope(stage)}`,
  }),
  putScopeGroup: async (stage) => ({
    type: 'scope_group.updated',
    method: 'PUT',
    path: `/scope-groups/${await addGroup(stage)}`,
    body: { texts: { en: { title: 'Another title' } } },
  }),
  deleteScopeGroup: async (stage) => ({
    type: 'scope_group.deleted',
    method: 'DELETE',
    path: `/scope-groups/${await addGroup(stage)}`,
  }),
  sendMailAgain: async (stage) => ({
    type: 'mail.sent_again',
    method: 'POST',
    path: `/mails/${await addMailInDoubt(stage)}/send`,
  }),
  deleteMail: async (stage) => ({
    type: 'mail.deleted',
    method: 'DELETE',
    path: `/mails/${await addMailInDoubt(stage)}`,
  }),
  approveScopes: async (stage) => ({
    type: 'client.scopes_approved',
    method: 'POST',
    path: `/clients/${await addWaiting(stage)}/scopes/approve`,
  }),
  refuseScopes: async (stage) => ({
    type: 'client.scopes_refused',
    method: 'POST',
    path: `/clients/${await addWaiting(stage)}/scopes/refuse`,
  }),
};

/** What needs the request of a browser, or a mail server. The tests of the feature check its event. */
const elsewhere: readonly string[] = [
  // sign-in-hook/sign-in-hook.test.ts
  'acceptSignInRequest',
  'rejectSignInRequest',
  'acceptConsentRequest',
  'rejectConsentRequest',
  // sign-up/invitations.test.ts
  'createInvitation',
];

describe.each(databases)('every change over the management API, on %s', (database) => {
  let stage: Stage;
  let reader: ApiCaller;
  const writing = new Set<string>();
  /** Operations with an expected version, which do nothing if it has changed meanwhile. */
  const refusesStale = new Set<string>();
  beforeAll(async () => {
    const grantor = await startServer({ database });
    stage = { grantor, admin: await addCaller(grantor, { isAdmin: true }) };
    reader = await addCaller(grantor, { isAdmin: true, scopes: ['grantor.audit:read'] });
    const document = await bodyOf<OpenApiDocument>(fetch(`${grantor.issuer}/api/openapi.json`));
    for (const operations of Object.values(document.paths)) {
      for (const [method, { operationId, responses }] of Object.entries(operations)) {
        if (operationId === undefined || method === 'get') continue;
        writing.add(operationId);
        if (responses !== undefined && Object.hasOwn(responses, '412')) refusesStale.add(operationId);
      }
    }
  });
  afterAll(() => stage.grantor.stop());

  it('is known to these tests', () => {
    const known = [...Object.keys(changes), ...elsewhere];
    expect(writing).toEqual(new Set(known));
    expect(refusesStale.size).toBeGreaterThan(5);
  });

  it.each(Object.keys(changes))('writes exactly one event: %s', async (id) => {
    const { admin, grantor } = stage;
    const change = await changes[id]?.(stage);
    if (change === undefined) throw new Error('there is no such change');
    let answered = '';
    const left = await eventsOf(grantor, async () => {
      const response = await admin.call(change.method, change.path, change.body);
      answered = await response.text();
      expect({ status: response.ok, answered }).toEqual({ status: true, answered });
    });
    expect(left).toHaveLength(1);
    const [event] = left;
    expect(event).toMatchObject({
      type: change.type,
      actor: { type: 'account', id: admin.id, name: admin.user.name },
      via: `api_key:${admin.keyId}`,
      address: expect.stringMatching(/^(?:::1|(?:::ffff:)?127\.0\.0\.1)$/),
      target: { type: expect.any(String), id: expect.any(String) },
    });
    expect({ before: event?.before, after: event?.after }).not.toEqual({ before: null, after: null });
    for (const secret of secretsIn(answered)) expect(JSON.stringify(event)).not.toContain(secret);
  });

  it.each(Object.keys(changes))('writes no event if it is refused: %s', async (id) => {
    const change = await changes[id]?.(stage);
    if (change === undefined) throw new Error('there is no such change');
    const left = await eventsOf(stage.grantor, async () => {
      expect((await reader.call(change.method, change.path, change.body)).status).toBe(403);
      if (!refusesStale.has(id)) return;
      const headers = { 'if-match': '"what was once"' };
      expect((await stage.admin.call(change.method, change.path, change.body, headers)).status).toBe(412);
    });
    expect(left).toEqual([]);
  });
});

/** What is shown once. */
function secretsIn(answered: string): readonly string[] {
  if (answered === '') return [];
  const body = JSON.parse(answered) as Record<string, unknown>;
  return ['client_secret', 'key', 'token', 'secret']
    .map((name) => body[name])
    .filter((value): value is string => typeof value === 'string');
}
