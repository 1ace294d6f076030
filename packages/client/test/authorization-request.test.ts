import { codeChallenge } from '@grantor/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuthorizationOptions, clientSecretBasic } from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, errorOf, REDIRECT_URI } from './fixtures.js';

describe('startAuthorization', () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await AuthorizationServer.start();
  });
  afterAll(async () => server.stop());

  it('requests a code with PKCE S256, state and nonce, and keeps the query of the endpoint', async () => {
    const { url, transaction } = await clientOf(server).startAuthorization();
    expect(url.startsWith(`${server.issuer}/authorize?`)).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      tenant: 't1',
      response_type: 'code',
      client_id: 'app-1',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile',
      state: transaction.state,
      nonce: transaction.nonce,
      code_challenge: await codeChallenge(transaction.codeVerifier),
      code_challenge_method: 'S256',
    });
  });

  it('creates a new state, nonce and verifier of 256 bits each time', async () => {
    const client = clientOf(server);
    const starts = [await client.startAuthorization(), await client.startAuthorization()];
    const values = starts.flatMap(({ transaction: { state, nonce, codeVerifier } }) => [
      state,
      nonce,
      codeVerifier,
    ]);
    expect(new Set(values).size).toBe(6);
    for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
  });

  it('does not put the verifier or the client secret into the URL', async () => {
    const { url, transaction } = await clientOf(server, {
      authentication: clientSecretBasic('hush-hush'),
    }).startAuthorization();
    expect(url).not.toContain(transaction.codeVerifier);
    expect(url).not.toContain('hush-hush');
  });

  it('returns a transaction that survives JSON', async () => {
    const { transaction } = await clientOf(server).startAuthorization({ maxAge: 60 });
    expect(JSON.parse(JSON.stringify(transaction))).toEqual(transaction);
    expect(transaction).toMatchObject({
      issuer: server.issuer,
      clientId: 'app-1',
      redirectUri: REDIRECT_URI,
    });
    expect(transaction.maxAge).toBe(60);
  });

  it('sends every option as its parameter', async () => {
    const state = 'a-state-of-the-app-and-long';
    const { url } = await clientOf(server).startAuthorization({
      scope: ['openid', 'files'],
      state,
      prompt: 'login',
      loginHint: 'una@example.com',
      maxAge: 0,
      resource: ['https://api.example', 'https://files.example'],
      extraParameters: { ui_locales: 'de' },
    });
    const { searchParams } = new URL(url);
    expect(searchParams.getAll('resource')).toEqual(['https://api.example', 'https://files.example']);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      scope: 'openid files',
      state,
      prompt: 'login',
      login_hint: 'una@example.com',
      max_age: '0',
      ui_locales: 'de',
    });
  });

  it('omits scope if none is requested', async () => {
    const { url } = await clientOf(server, { scope: undefined }).startAuthorization();
    expect(new URL(url).searchParams.has('scope')).toBe(false);
  });

  it.each<[string, AuthorizationOptions]>([
    ['a state that can be guessed', { state: '12345' }],
    ['a negative maxAge', { maxAge: -1 }],
    ['an extra parameter that has an option', { extraParameters: { redirect_uri: 'https://evil.example' } }],
    ['a request object that would replace the others', { extraParameters: { request_uri: 'urn:x' } }],
  ])('refuses %s', async (_, options) => {
    await errorOf(clientOf(server).startAuthorization(options), 'configuration');
  });
});
