import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf, refusedFields } from '../../../../test/kit/api-calls.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { jwks, privateKey } from '../registration/keys.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

const minimal = { name: 'Travel diary', redirect_uris: ['https://diary.example/callback'] };

const create = (fields: Record<string, unknown>) =>
  bodyOf<Record<string, unknown> & { id: string }>(grantor.api('POST', '/clients', fields), 201);

it('stores and shows the metadata of OpenID Connect', async () => {
  const fields = {
    application_type: 'web',
    contacts: ['dev@diary.example'],
    logo_uri: 'https://diary.example/logo.png',
    jwks,
    subject_type: 'pairwise',
    default_max_age: 0,
    require_auth_time: false,
    post_logout_redirect_uris: ['https://diary.example/bye'],
    backchannel_logout_uri: 'https://diary.example/logout',
  };
  const created = await create({ ...minimal, ...fields });
  expect(created).toMatchObject(fields);
  expect(await (await grantor.api('GET', `/clients/${created.id}`)).json()).toMatchObject(fields);
});

it('changes the sent fields, removes those that are null, and leaves the others', async () => {
  const { id } = await create({
    ...minimal,
    contacts: ['a@diary.example'],
    tos_uri: 'https://diary.example/t',
  });
  const response = await grantor.api('PUT', `/clients/${id}`, {
    contacts: null,
    policyUri: 'https://diary.example/p',
  });
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ tos_uri: 'https://diary.example/t', policy_uri: 'https://diary.example/p' });
  expect(body).not.toHaveProperty('contacts');
});

it('accepts a response with every kind of field as an update', async () => {
  const { client_secret: _, ...created } = await create({ ...minimal, jwks, contacts: ['a@diary.example'] });
  const response = await grantor.api('PUT', `/clients/${created.id}`, created);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ jwks, contacts: ['a@diary.example'] });
});

it('needs no redirect URI if no grant type uses one', async () => {
  const created = await create({ name: 'Nightly job', grant_types: ['client_credentials'] });
  expect(created).toMatchObject({ redirect_uris: [], response_types: [] });
});

it('validates a change together with the existing fields, in every order of changes', async () => {
  const { id } = await create({ ...minimal, jwks_uri: 'https://diary.example/jwks' });
  const update = (fields: Record<string, unknown>) => grantor.api('PATCH', `/clients/${id}`, fields);
  expect(await refusedFields(await update({ jwks }))).toEqual(['jwks']);
  expect(await refusedFields(await update({ redirect_uris: [] }))).toEqual(['redirect_uris']);
  expect(await refusedFields(await update({ grant_types: ['implicit'] }))).toEqual(['grant_types']);
  expect((await update({ jwks, jwks_uri: null })).status).toBe(200);
  expect((await update({ userinfo_encrypted_response_alg: 'RSA-OAEP' })).status).toBe(200);
  expect(await refusedFields(await update({ jwks: null }))).toEqual(['userinfo_encrypted_response_alg']);
});

it('keeps both of two simultaneous changes to different fields', async () => {
  const { id } = await create(minimal);
  await Promise.all([
    grantor.api('PATCH', `/clients/${id}`, { contacts: ['a@diary.example'] }),
    grantor.api('PATCH', `/clients/${id}`, { tos_uri: 'https://diary.example/t' }),
  ]);
  expect(await (await grantor.api('GET', `/clients/${id}`)).json()).toMatchObject({
    contacts: ['a@diary.example'],
    tos_uri: 'https://diary.example/t',
  });
});

it('names a field in a list by its index, without the key', async () => {
  const response = await grantor.api('POST', '/clients', {
    ...minimal,
    jwks: { keys: [jwks.keys[0], privateKey] },
  });
  const text = await response.clone().text();
  expect(await refusedFields(response)).toEqual(['jwks.keys.1']);
  expect(text).not.toContain(privateKey.d);
});
