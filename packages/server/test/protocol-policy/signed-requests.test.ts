import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, refusedFields } from '../../../../test/kit/api-calls.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { type AppKey, createAppKey, unsigned } from '../request-object/keys.js';
import { client } from '../storage/fixtures.js';
import { environment } from './support.js';

const REDIRECT_URI = 'https://app.example.com/callback';

describe('GRANTOR_REQUIRE_SIGNED_REQUEST_OBJECTS=on', () => {
  let grantor: TestServer;
  let key: AppKey;
  let app: TestApp;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({
      settings: { registration: 'open', requireSignedRequestObjects: 'on' },
      clock: () => now,
    });
    key = await createAppKey('ES256');
    app = await registerApp(grantor, { jwks: { keys: [key.jwk] } });
  });
  afterAll(() => grantor.stop());

  /** The parameters of an ordinary request of this app. */
  const parametersOf = (who: TestApp, more: Record<string, string> = {}) =>
    Object.fromEntries(new URL(who.authorizationUrl(more)).searchParams);
  /** Where the browser is sent by a request with `request` alone beside `client_id` and what else is given. */
  const ask = async (who: TestApp, request: string, outside: Record<string, string> = {}) => {
    const query = new URLSearchParams({ client_id: who.id, request, ...outside });
    return who.browser.open(`${grantor.issuer}/oauth2/authorize?${query}`);
  };

  it('refuses an authorization request without a request object (RFC 9101 §10.5)', async () => {
    const response = (await app.authorize({ state: 'mine' })).searchParams;
    expect([response.get('error'), response.get('code'), response.get('state')]).toEqual([
      'invalid_request',
      null,
      'mine',
    ]);
    expect(response.get('error_description')).toContain("'request' is missing");
  });

  it('accepts a signed one', async () => {
    const response = await app.authorize({ request: await key.sign(parametersOf(app)) });
    expect(response.searchParams.get('code')).not.toBeNull();
  });

  it('uses none of the parameters outside of it (RFC 9101 §6.3)', async () => {
    await app.authorize({ request: await key.sign(parametersOf(app)) });
    const { redirect_uri, ...inside } = parametersOf(app, { prompt: 'none' });
    const request = await key.sign({ ...inside, redirect_uri });
    const page = await ask(app, request, { state: 'outside', response_mode: 'fragment', nonce: 'outside' });
    expect(page.left?.searchParams.get('code')).not.toBeNull();
    expect(page.left?.searchParams.get('state')).toBeNull();
    const { response_type: _type, ...incomplete } = parametersOf(app);
    const outside = { response_type: 'code', redirect_uri: REDIRECT_URI };
    const refused = await ask(app, await key.sign(incomplete), outside);
    expect(refused.left?.searchParams.get('error')).toBe('invalid_request');
  });

  it('refuses an unsigned one, also of an app that registered none before (RFC 9101 §10.5)', async () => {
    const old = client({
      redirectUris: [REDIRECT_URI],
      scopes: ['openid'],
      metadata: { request_object_signing_alg: 'none' },
    });
    await grantor.server.store.clients.create(old);
    const who = TestApp.of(grantor, { client_id: old.id });
    const response = await who.authorize({ request: unsigned(parametersOf(who)) });
    expect(response.searchParams.get('error')).toBe('invalid_request_object');
    expect(response.searchParams.get('error_description')).toContain('which this server requires');
  });

  it('refuses to register or change an app with none, also if it registers itself', async () => {
    const none = { request_object_signing_alg: 'none' };
    const base = { name: 'App', redirect_uris: [REDIRECT_URI] };
    const field = ['request_object_signing_alg'];
    expect(await refusedFields(grantor.api('POST', '/clients', { ...base, ...none }))).toEqual(field);
    expect(await refusedFields(grantor.api('PATCH', `/clients/${app.id}`, none))).toEqual(field);
    const itself = fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT_URI], ...none }),
    });
    expect((await bodyOf(itself, 400)).error).toBe('invalid_client_metadata');
  });

  it('has no link to restart an expired request, which only the app can sign', async () => {
    const fresh = await registerApp(grantor, { jwks: { keys: [key.jwk] } });
    const page = await ask(fresh, await key.sign(parametersOf(fresh)));
    expect(page.html).toContain('id="sign-in"');
    now += 3600;
    const { html, status } = await fresh.browser.open(page.url);
    expect(status).toBe(400);
    expect(html).toContain('This request has expired');
    expect(html).toContain('start again from there');
    expect(html).not.toContain('/oauth2/authorize');
  });

  it('is in the metadata (RFC 9101 §9.2)', async () => {
    const metadata = await bodyOf(fetch(`${grantor.issuer}/.well-known/openid-configuration`));
    expect(metadata.require_signed_request_object).toBe(true);
  });
});

it('GRANTOR_REQUIRE_SIGNED_REQUEST_OBJECTS stops the start if it is neither on nor off', () => {
  const name = 'GRANTOR_REQUIRE_SIGNED_REQUEST_OBJECTS';
  expect(() => loadConfig(environment({ [name]: 'yes' }))).toThrow(`${name} must be on or off`);
});

it('GRANTOR_DEVELOPERS is administrators unless set, and stops the start if it is unknown', () => {
  expect(loadConfig(environment()).developers).toBe('administrators');
  expect(loadConfig(environment({ GRANTOR_DEVELOPERS: 'everybody' })).developers).toBe('everybody');
  const unknown = environment({ GRANTOR_DEVELOPERS: 'users' });
  expect(() => loadConfig(unknown)).toThrow('GRANTOR_DEVELOPERS must be everybody or administrators');
});
