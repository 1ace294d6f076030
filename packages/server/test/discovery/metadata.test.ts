import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { codeChallengeMethods } from '@grantor/protocol';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { authenticationContexts } from '../../src/accounts/authentication-context.js';
import {
  clientAuthenticationMethods,
  displays,
  grantTypes,
  prompts,
  responseModes,
  responseTypes,
  signingAlgorithms,
  subjectTypes,
} from '../../src/protocol/index.js';

describe('discovery (RFC 8414 §3, OpenID Connect Discovery 1.0 §4)', () => {
  let grantor: TestServer;
  let metadata: Record<string, unknown>;
  beforeAll(async () => {
    grantor = await startServer();
    const response = await fetch(`${grantor.issuer}/.well-known/openid-configuration`);
    metadata = (await response.json()) as Record<string, unknown>;
  });
  afterAll(() => grantor.stop());

  it('has the issuer exactly as it is configured, and every endpoint below it', async () => {
    expect(metadata.issuer).toBe(grantor.issuer);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(endpoints.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'authorization_endpoint',
        'token_endpoint',
        'userinfo_endpoint',
        'revocation_endpoint',
        'jwks_uri',
      ]),
    );
    for (const [name, url] of endpoints) {
      expect(String(url).startsWith(`${grantor.issuer}/`), name).toBe(true);
      // It may refuse the method or the missing body, but not with 404.
      expect((await fetch(String(url), { redirect: 'manual' })).status, name).not.toBe(404);
    }
  });

  it('is the same for every Host header', async () => {
    // fetch would send the true Host.
    const { port } = new URL(grantor.issuer);
    const headers = { host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' };
    const sent = request({ host: '127.0.0.1', port, path: '/.well-known/openid-configuration', headers });
    const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
    expect(await json(response)).toEqual(metadata);
  });

  it('lists the values of the tables', () => {
    expect(metadata).toMatchObject({
      scopes_supported: [
        'openid',
        'profile',
        'email',
        'address',
        'phone',
        'groups',
        'offline_access',
        'accounts:read',
        'accounts:write',
        'files:read',
        'files:write',
        'accounts.self:read',
        'accounts.self:write',
        'rooms:read',
        'rooms:write',
      ],
      response_types_supported: Object.keys(responseTypes),
      response_modes_supported: responseModes,
      grant_types_supported: grantTypes,
      token_endpoint_auth_methods_supported: clientAuthenticationMethods,
      revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
      code_challenge_methods_supported: codeChallengeMethods,
      id_token_signing_alg_values_supported: signingAlgorithms,
      prompt_values_supported: prompts,
      subject_types_supported: subjectTypes,
      display_values_supported: displays,
      acr_values_supported: authenticationContexts,
    });
  });

  it('has the endpoints for signing out (RP-Initiated Logout 1.0 §2.1, Back-Channel 1.0 §2.1, Front-Channel 1.0 §3, Session Management 1.0 §3.3)', () => {
    expect(metadata).toMatchObject({
      end_session_endpoint: `${grantor.issuer}/oauth2/logout`,
      check_session_iframe: `${grantor.issuer}/oauth2/check-session`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    });
  });

  it('uses the names of the specifications', () => {
    expect(metadata).toMatchObject({
      response_types_supported: [
        'code',
        'code id_token',
        'code token',
        'code id_token token',
        'id_token',
        'id_token token',
      ],
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['public', 'pairwise'],
      claims_parameter_supported: true,
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'implicit',
        'personal_access_token',
      ],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: [
        'client_secret_basic',
        'client_secret_post',
        'client_secret_jwt',
        'private_key_jwt',
        'none',
      ],
      id_token_signing_alg_values_supported: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      request_uri_parameter_supported: true,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('names every claim of userinfo and ID tokens', async () => {
    const app = await registerApp(grantor);
    const { access_token: token, id_token: idToken } = await app.tokens({
      scope: 'openid profile email address phone',
    });
    const claims = (await (await app.userinfo(token)).json()) as Record<string, unknown>;
    expect(metadata.claims_supported).toEqual(expect.arrayContaining(Object.keys(claims)));
    const told = Object.keys(decodeJwt(idToken)).filter((name) => name !== 'at_hash');
    expect(metadata.claims_supported).toEqual(expect.arrayContaining(told));
  });

  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    '%s is one document, which every origin may read and cache',
    async (path) => {
      const response = await fetch(grantor.issuer + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      expect(await response.json()).toEqual(metadata);
    },
  );

  it('publishes one public key for each algorithm, and no private member (RFC 7517 §9.3)', async () => {
    const response = await fetch(String(metadata.jwks_uri));
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(keys.map(({ alg }) => String(alg)).toSorted()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    const members: Record<string, string[]> = {
      EC: ['crv', 'x', 'y'],
      RSA: ['e', 'n'],
      OKP: ['crv', 'x'],
    };
    for (const key of keys) {
      const own = members[String(key.kty)] ?? [];
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'kid', 'kty', 'use', ...own].toSorted());
      expect(key.use).toBe('sig');
    }
  });
});
