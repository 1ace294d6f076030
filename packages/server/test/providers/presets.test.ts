import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, decodeProtectedHeader, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type ProviderInput, providersSchema } from '../../src/config/provider-settings.js';
import { idToken, NOW, providerOf, published, type Respond, request, response } from './offline-provider.js';

const ecKeys = await generateKeyPair('ES256', { extractable: true });
const pem = await exportPKCS8(ecKeys.privateKey);

describe('Microsoft Entra', () => {
  const tenant = '8eaef023-2b34-4da1-9baa-8bc8c9d6a490';
  const other = '00000000-aaaa-bbbb-cccc-000000000000';
  const host = 'https://login.microsoftonline.com';
  const issuerOf = (id: string) => `${host}/${id}/v2.0`;

  async function signIn(
    settings: { tenant: string } | { tenants: 'any' | string[] },
    claims: Readonly<Record<string, unknown>>,
    keyIssuer?: string,
  ) {
    const token = await idToken({ sub: 'pairwise', aud: 'grantor', ...claims });
    const shared = 'tenants' in settings;
    const { provider, sent } = providerOf(
      { id: 'work', preset: 'entra', clientId: 'grantor', clientSecret: 's', ...settings },
      (url) => {
        if (url.endsWith('/openid-configuration')) {
          return {
            issuer: shared ? issuerOf('{tenantid}') : issuerOf(tenant),
            authorization_endpoint: `${host}/authorize`,
            token_endpoint: `${host}/token`,
            jwks_uri: `${host}/keys`,
          };
        }
        if (url.endsWith('/keys')) return { keys: [{ ...published, issuer: keyIssuer }] };
        return { access_token: 'a', id_token: token };
      },
    );
    return { user: await provider.finish(response), sent };
  }

  it('accepts tokens of the one tenant that is configured', async () => {
    const claims = { iss: issuerOf(tenant), tid: tenant, name: 'Ada', email: 'ada@contoso.com' };
    const { user, sent } = await signIn({ tenant }, claims);
    expect(user).toMatchObject({ subject: 'pairwise', claims: { name: 'Ada' } });
    expect(sent[0]?.url).toBe(`${host}/${tenant}/v2.0/.well-known/openid-configuration`);
    await expect(signIn({ tenant }, { iss: issuerOf(other), tid: other })).rejects.toThrow('another issuer');
  });

  it('accepts tokens of the listed tenants, below the issuer that is a template for all', async () => {
    const claims = { iss: issuerOf(tenant), tid: tenant, name: 'Ada' };
    const { user, sent } = await signIn({ tenants: [tenant] }, claims, issuerOf('{tenantid}'));
    expect(user.subject).toBe(`${tenant} pairwise`);
    expect(sent[0]?.url).toBe(`${host}/organizations/v2.0/.well-known/openid-configuration`);
    await expect(signIn({ tenants: [tenant] }, { iss: issuerOf(other), tid: other })).rejects.toMatchObject({
      reason: 'notAllowed',
    });
    expect(
      (await signIn({ tenants: 'any' }, { iss: issuerOf(other), tid: other, name: 'Eve' })).user.subject,
    ).toBe(`${other} pairwise`);
  });

  it.each([
    ['names another tenant in iss than in tid', { iss: issuerOf(other), tid: tenant }],
    ['names the template', { iss: issuerOf('{tenantid}'), tid: '{tenantid}' }],
    ['names no tenant', { iss: issuerOf(tenant) }],
  ])('refuses a token that %s', async (_, claims) => {
    await expect(signIn({ tenants: 'any' }, claims)).rejects.toMatchObject({ reason: 'refused' });
  });

  it('uses no key of another tenant', async () => {
    const claims = { iss: issuerOf(tenant), tid: tenant };
    await expect(signIn({ tenants: 'any' }, claims, issuerOf(other))).rejects.toThrow('key (kid)');
  });

  it('takes over no email address, which administrators of tenants choose freely', () => {
    const { provider } = providerOf(
      { id: 'work', preset: 'entra', clientId: 'c', clientSecret: 's', tenants: 'any' },
      () => ({}),
    );
    expect(provider.external.trust).toEqual({ email: 'none', username: false });
  });

  it.each([{ email: 'all' }, { email: 'verified', username: true }] as const)(
    'cannot be trusted with %j where any tenant may sign in: its administrators choose what it says',
    (trust) => {
      const entra = { id: 'work', preset: 'entra', clientId: 'c', clientSecret: 's', trust } as const;
      expect(providersSchema.safeParse([{ ...entra, tenants: 'any' }]).error?.issues[0]?.message).toBe(
        'must not have trust.email all or trust.username with any tenant',
      );
      expect(providersSchema.safeParse([{ ...entra, tenant }]).success).toBe(true);
    },
  );
});

describe('Apple', () => {
  const input: ProviderInput = {
    id: 'apple',
    preset: 'apple',
    clientId: 'com.example.web',
    teamId: 'TEAM',
    keyId: 'KEY',
    privateKey: pem,
  };
  const respond =
    (token: string): Respond =>
    (url) => {
      if (url.endsWith('/openid-configuration')) {
        const at = (path: string) => `https://appleid.apple.com/auth/${path}`;
        return {
          issuer: 'https://appleid.apple.com',
          authorization_endpoint: at('authorize'),
          token_endpoint: at('token'),
          jwks_uri: at('keys'),
        };
      }
      return url.endsWith('/keys') ? { keys: [published] } : { access_token: 'a', id_token: token };
    };

  it('asks for a form, with the scopes that need one, and without a prompt that Apple does not know', async () => {
    const { provider } = providerOf(input, respond(''));
    const { searchParams } = new URL(await provider.start(request));
    expect(searchParams.get('response_mode')).toBe('form_post');
    expect(searchParams.get('scope')).toBe('openid email name');
    expect(searchParams.has('prompt')).toBe(false);
    expect(provider.postsForm).toBe(true);
  });

  it('signs the client secret, and reads the name that is sent once beside the code', async () => {
    const token = await idToken({
      iss: 'https://appleid.apple.com',
      aud: 'com.example.web',
      sub: 'apple-user',
      email: 'ada@example.com',
      email_verified: 'true',
    });
    const { provider, sent } = providerOf(input, respond(token));
    const user = JSON.stringify({ name: { firstName: 'Ada', lastName: 'Lovelace' } });
    expect(await provider.finish({ ...response, user })).toMatchObject({
      subject: 'apple-user',
      claims: { email: 'ada@example.com', email_verified: true, given_name: 'Ada', family_name: 'Lovelace' },
    });
    const form = new URLSearchParams(sent.find(({ url }) => url.endsWith('/token'))?.request.body);
    const secret = form.get('client_secret') ?? '';
    expect(decodeProtectedHeader(secret)).toMatchObject({ alg: 'ES256', kid: 'KEY' });
    const { payload } = await jwtVerify(secret, ecKeys.publicKey, { currentDate: new Date(NOW * 1000) });
    expect(payload).toMatchObject({ iss: 'TEAM', sub: 'com.example.web', aud: 'https://appleid.apple.com' });
  });

  it.each(['{', '[]', '{"name":7}', '{"name":{"firstName":7}}'])(
    'ignores the malformed name %s',
    async (user) => {
      const token = await idToken({
        iss: 'https://appleid.apple.com',
        aud: 'com.example.web',
        sub: 's',
        email: 'a@b',
      });
      const { provider } = providerOf(input, respond(token));
      expect((await provider.finish({ ...response, user })).subject).toBe('s');
    },
  );
});

describe('an OpenID provider with private_key_jwt', () => {
  it('signs an assertion for the issuer (RFC 7523 §3)', async () => {
    const issuer = 'https://sso.example';
    const { provider, sent } = providerOf(
      { id: 'sso', issuer, clientId: 'grantor', privateKey: pem, keyId: 'own' },
      (url) =>
        url.endsWith('/openid-configuration')
          ? {
              issuer,
              authorization_endpoint: `${issuer}/authorize`,
              token_endpoint: `${issuer}/token`,
              jwks_uri: `${issuer}/keys`,
            }
          : {},
    );
    await expect(provider.finish(response)).rejects.toMatchObject({ reason: 'refused' });
    const form = new URLSearchParams(sent.find(({ url }) => url.endsWith('/token'))?.request.body);
    const assertion = form.get('client_assertion') ?? '';
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'ES256', kid: 'own' });
    expect(decodeJwt(assertion)).toMatchObject({
      iss: 'grantor',
      sub: 'grantor',
      aud: issuer,
      exp: NOW + 60,
    });
    expect(form.has('client_secret')).toBe(false);
  });

  it.each([
    ['another issuer', { issuer: 'https://attacker.example' }],
    ['an endpoint without TLS', { token_endpoint: 'http://sso.example/token' }],
    ['no endpoint', { authorization_endpoint: undefined }],
  ])('refuses metadata with %s (OpenID Connect Discovery 1.0 §4.3)', async (_, wrong) => {
    const issuer = 'https://sso.example';
    const { provider, sent } = providerOf({ id: 'sso', issuer, clientId: 'c', clientSecret: 's' }, () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      ...wrong,
    }));
    await expect(provider.start(request)).rejects.toMatchObject({ reason: 'unavailable' });
    // It is not asked again at once: clicks cost no calls.
    await expect(provider.start(request)).rejects.toMatchObject({ reason: 'unavailable' });
    expect(sent).toHaveLength(1);
  });
});

describe('GitHub', () => {
  let stub: Server;
  let grantor: TestServer;
  let emails: unknown;
  let status = 200;
  let user: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    stub = createServer((incoming, outgoing) => {
      const path = incoming.url ?? '';
      const isAuthorized = incoming.headers.authorization === 'Bearer gho_token';
      const body =
        path === '/login/oauth/access_token'
          ? { access_token: 'gho_token', token_type: 'bearer', scope: 'read:user,user:email' }
          : path === '/api/v3/user' && isAuthorized
            ? user
            : path === '/api/v3/user/emails' && isAuthorized
              ? emails
              : {};
      outgoing
        .writeHead(path === '/api/v3/user/emails' ? status : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => stub.listen(0, 'localhost', resolve));
    grantor = await startServer({
      settings: {
        providers: [
          {
            id: 'github',
            preset: 'github',
            clientId: 'Iv1.test',
            clientSecret: 's',
            url: `http://localhost:${(stub.address() as AddressInfo).port}`,
          },
        ],
      },
    });
  });
  afterAll(async () => {
    await grantor.stop();
    stub.closeAllConnections();
    await new Promise((resolve) => stub.close(resolve));
  });

  async function accountOf(id: number) {
    user = {
      id,
      login: 'ada',
      name: 'Ada Lovelace',
      email: 'public@example.com',
      avatar_url: 'https://x.example/a',
    };
    const browser = new HttpBrowser();
    const { left } = await browser.open(`${grantor.issuer}/signin/with/github`);
    expect(left?.pathname).toBe('/login/oauth/authorize');
    expect(left?.searchParams.get('code_challenge_method')).toBe('S256');
    const back = new URL(left?.searchParams.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code: 'c', state: left?.searchParams.get('state') ?? '' }).toString();
    await browser.open(back.href);
    return (await grantor.server.store.externalIdentities.find('github', String(id)))?.account;
  }

  it('signs in with the ID of the user, and takes over the primary address that GitHub has verified', async () => {
    emails = [
      { email: 'old@example.com', primary: false, verified: true },
      { email: 'ada@users.example', primary: true, verified: true },
    ];
    expect(await accountOf(1)).toMatchObject({
      email: 'ada@users.example',
      emailVerified: true,
      name: 'Ada Lovelace',
      claims: { nickname: 'ada' },
    });
  });

  it.each([
    [2, 'is not verified', [{ email: 'victim@example.com', primary: true, verified: false }], 200],
    [3, 'is not the primary one', [{ email: 'victim@example.com', primary: false, verified: true }], 200],
    [4, 'may not be read', { message: 'Not Found' }, 404],
  ])('lets user %i sign in without an address that %s', async (id, _, found, code) => {
    emails = found;
    status = code;
    expect(await accountOf(id)).toMatchObject({
      email: null,
    });
    status = 200;
  });

  it('refuses a response without a user', async () => {
    emails = [];
    expect(await accountOf(Number.NaN)).toBeUndefined();
  });
});
