import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { connect } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  form,
  refusalOf,
  registerApp,
  type TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';

const MCP = 'https://mcp.example.com/mcp';
const ROOT = 'https://root.example.com';
const API = 'https://api.example.com/v1?tenant=7';
const invalidTarget = { status: 400, error: 'invalid_target' };

const audienceOf = ({ access_token: token }: TestTokens) => decodeJwt(token).aud;

describe.each(databases)('resource indicators (RFC 8707) on %s', (database) => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { resources: [MCP, ROOT, API] } });
    app = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  /** The response to an authorization request with this `resource`. */
  const authorized = async (resource: string) =>
    (await app.authorize({ scope: 'files:read', resource })).searchParams;

  it('sets aud to the resource of both requests, as MCP clients send it (§2)', async () => {
    const code = await app.code({ scope: 'files:read', resource: MCP });
    const tokens = await bodyOf<TestTokens>(await app.exchange(code, { resource: MCP }));
    expect(audienceOf(tokens)).toBe(MCP);
    const refreshed = await bodyOf<TestTokens>(await app.refresh(tokens.refresh_token, { resource: MCP }));
    expect(audienceOf(refreshed)).toBe(MCP);
  });

  it('sets aud to the resource of the authorization request only (§2.2)', async () => {
    const tokens = await app.tokens({ scope: 'files:read', resource: MCP });
    expect(audienceOf(tokens)).toBe(MCP);
    expect(audienceOf(await bodyOf<TestTokens>(await app.refresh(tokens.refresh_token)))).toBe(MCP);
  });

  it('accepts repeated parameters, and sets aud to all resources of the token request (§2)', async () => {
    const url = `${app.authorizationUrl({ scope: 'files:read', resource: MCP })}&resource=${encodeURIComponent(API)}`;
    const callback = await connect(app.browser, url, grantor.user);
    const code = callback.searchParams.get('code') ?? '';
    const tokens = await bodyOf<TestTokens>(await app.exchange(code, { resource: `${MCP} ${API}` }));
    expect(audienceOf(tokens)).toEqual([MCP, API]);
  });

  it('allows a token for fewer resources than granted (§2.2)', async () => {
    const resource = `${MCP} ${API}`;
    const code = await app.code({ scope: 'files:read', resource });
    const first = await bodyOf<TestTokens>(await app.exchange(code, { resource: API }));
    expect(audienceOf(first)).toBe(API);
    const second = await bodyOf<TestTokens>(await app.refresh(first.refresh_token, { resource: MCP }));
    expect(audienceOf(second)).toBe(MCP);
    // A narrower token does not narrow the grant.
    const both = await bodyOf<TestTokens>(await app.refresh(second.refresh_token, { resource }));
    expect(audienceOf(both)).toEqual([MCP, API]);
  });

  describe('a request without resource for a grant of several (§2.2)', () => {
    it('gets invalid_target if the default audience is not among them, and does not spend the code', async () => {
      const code = await app.code({ scope: 'files:read', resource: `${MCP} ${API}` });
      expect(await refusalOf(await app.exchange(code))).toEqual(invalidTarget);
      const tokens = await bodyOf<TestTokens>(await app.exchange(code, { resource: MCP }));
      expect(await refusalOf(await app.refresh(tokens.refresh_token))).toEqual(invalidTarget);
      expect((await app.refresh(tokens.refresh_token, { resource: API })).status).toBe(200);
    });

    it('gets a token for the default audience if that is among them', async () => {
      const resource = `${MCP} ${grantor.issuer} ${API}`;
      const tokens = await app.tokens({ scope: 'files:read', resource });
      expect(audienceOf(tokens)).toBe(grantor.issuer);
      expect(audienceOf(await bodyOf<TestTokens>(await app.refresh(tokens.refresh_token)))).toBe(
        grantor.issuer,
      );
      const registered = await registerApp(grantor, { audience: API });
      expect(audienceOf(await registered.tokens({ scope: 'files:read', resource }))).toBe(API);
    });
  });

  describe('a resource that was removed from the client', () => {
    const own = 'https://own.example.com';
    const takeAway = async (client: TestApp) => {
      const changed = await grantor.api('PATCH', `/clients/${client.id}`, { resources: [API] });
      expect(changed.status).toBe(200);
    };

    it.each([
      ['the only one of the grant', own, {}],
      ['one that the request names', `${own} ${API}`, { resource: own }],
      ['one of two that the request names', `${own} ${API}`, { resource: `${own} ${API}` }],
    ])('is in no new token, by a code or a refresh: %s', async (_what, resource, named) => {
      const client = await registerApp(grantor, { resources: [own, API] });
      const asked = { scope: 'files:read', resource };
      const tokens = await bodyOf<TestTokens>(await client.exchange(await client.code(asked), named));
      const code = await client.code(asked);
      await takeAway(client);
      expect(await refusalOf(await client.refresh(tokens.refresh_token, named))).toEqual(invalidTarget);
      expect(await refusalOf(await client.exchange(code, named))).toEqual(invalidTarget);
    });

    it('does not affect the others of the grant', async () => {
      const client = await registerApp(grantor, { resources: [own, API] });
      const code = await client.code({ scope: 'files:read', resource: `${own} ${API}` });
      await takeAway(client);
      const tokens = await bodyOf<TestTokens>(await client.exchange(code, { resource: API }));
      const refreshed = await bodyOf<TestTokens>(
        await client.refresh(tokens.refresh_token, { resource: API }),
      );
      expect(audienceOf(refreshed)).toBe(API);
    });

    it('may be an earlier default audience', async () => {
      const client = await registerApp(grantor, { audience: own });
      const tokens = await client.tokens({ scope: 'files:read' });
      expect(audienceOf(tokens)).toBe(own);
      await grantor.api('PATCH', `/clients/${client.id}`, { audience: API });
      expect(await refusalOf(await client.refresh(tokens.refresh_token))).toEqual(invalidTarget);
    });
  });

  describe('grants no token for what the user was not asked (GHSA-p2fr-6hmx-4528: resource not bound to the grant)', () => {
    it('at the first token request, without spending the code', async () => {
      const code = await app.code({ scope: 'files:read', resource: MCP });
      for (const resource of [API, `${MCP} ${API}`]) {
        expect(await refusalOf(await app.exchange(code, { resource }))).toEqual(invalidTarget);
      }
      expect(audienceOf(await bodyOf<TestTokens>(await app.exchange(code)))).toBe(MCP);
    });

    it('at a refresh, without spending the refresh token', async () => {
      const tokens = await app.tokens({ scope: 'files:read', resource: MCP });
      const refused = await app.refresh(tokens.refresh_token, { resource: API });
      expect(await refusalOf(refused)).toEqual(invalidTarget);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
    });

    it('if none was requested, except the default audience', async () => {
      const code = await app.code({ scope: 'files:read' });
      expect(await refusalOf(await app.exchange(code, { resource: MCP }))).toEqual(invalidTarget);
      const tokens = await bodyOf<TestTokens>(await app.exchange(code, { resource: `${grantor.issuer}/` }));
      expect(audienceOf(tokens)).toBe(grantor.issuer);
    });
  });

  it('limits a narrowed opaque token to its resource', async () => {
    const opaque = await registerApp(grantor, { access_token_format: 'opaque' });
    const server = await registerApp(grantor, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      protected_resources: [MCP],
    });
    const code = await opaque.code({ scope: 'files:read', resource: `${MCP} ${API}` });
    const { access_token: token } = await bodyOf<TestTokens>(await opaque.exchange(code, { resource: API }));
    expect(await (await opaque.post('/oauth2/introspect', { token })).json()).toMatchObject({ aud: API });
    expect(await (await server.post('/oauth2/introspect', { token })).json()).toEqual({ active: false });
  });

  it.each([
    ['a host in upper case', 'https://MCP.EXAMPLE.com/mcp', MCP],
    ['a scheme in upper case', 'HTTPS://mcp.example.com/mcp', MCP],
    ['a slash for an empty path', `${ROOT}/`, ROOT],
    ['no slash, as registered', ROOT, ROOT],
    ['a query', API, API],
  ])('treats %s as the same resource, and aud has its registered spelling', async (_what, resource, aud) => {
    const code = await app.code({ scope: 'files:read', resource });
    expect(audienceOf(await bodyOf<TestTokens>(await app.exchange(code, { resource: aud })))).toBe(aud);
    expect(audienceOf(await app.tokens({ scope: 'files:read', resource }))).toBe(aud);
  });

  it.each([
    ['a slash behind a path', `${MCP}/`],
    ['a longer path', `${MCP}/tools`],
    ['a shorter path', 'https://mcp.example.com/'],
    ['another case in the path', 'https://mcp.example.com/MCP'],
    ['dots in the path', 'https://mcp.example.com/x/../mcp'],
    ['an encoded path', 'https://mcp.example.com/%6dcp'],
    ['a query of its own', `${MCP}?x=1`],
    ['http', 'http://mcp.example.com/mcp'],
    ['a port', 'https://mcp.example.com:8443/mcp'],
    ['a host that begins the same', 'https://mcp.example.com.attacker.example/mcp'],
    ['a user name', 'https://mcp.example.com@attacker.example/mcp'],
    ['an unknown API', 'https://unknown.example.com'],
    ['an unknown URN', 'urn:example:api'],
    ['a fragment (§2)', `${MCP}#part`],
    ['an empty fragment (§2)', `${MCP}#`],
    ['no scheme', 'mcp.example.com/mcp'],
    ['a relative reference', '/mcp'],
    ['a word', 'mcp'],
    ['another scheme', 'javascript:alert(1)'],
    ['a known one beside an unknown one', `${MCP} https://unknown.example.com`],
    ['very many', Array.from({ length: 17 }, (_, index) => `https://a${index}.example`).join(' ')],
  ])('refuses %s with invalid_target at every endpoint (§2)', async (_what, resource) => {
    const answer = await authorized(resource);
    expect(answer.get('error')).toBe('invalid_target');
    expect(answer.get('iss')).toBe(grantor.issuer);
    expect(answer.has('code')).toBe(false);
    const code = await app.code({ scope: 'files:read', resource: MCP });
    expect(await refusalOf(await app.exchange(code, { resource }))).toEqual(invalidTarget);
    const program = await registerApp(grantor, { redirectUris: [], grant_types: ['client_credentials'] });
    const own = await program.post('/oauth2/token', { grant_type: 'client_credentials', resource });
    expect(await refusalOf(own)).toEqual(invalidTarget);
  });

  it('treats an empty one as omitted (RFC 6749 §3.1), and a repeated one as one', async () => {
    expect(audienceOf(await app.tokens({ scope: 'files:read', resource: '' }))).toBe(grantor.issuer);
    expect(audienceOf(await app.tokens({ scope: 'files:read', resource: `${MCP} ${MCP}` }))).toBe(MCP);
  });

  it('is shown to the user, who is asked again for another resource (§3)', async () => {
    const fresh = await registerApp(grantor);
    const ask = (resource: string) =>
      fresh.browser.open(fresh.authorizationUrl({ scope: 'files:read', resource }));
    const signedIn = await fresh.browser.signIn(await ask(MCP), grantor.user);
    expect(signedIn.html).toMatch(/At <bdi>mcp\.example\.com\/mcp<\/bdi>/);
    expect((await fresh.browser.submit(signedIn, 'allow')).left?.searchParams.has('code')).toBe(true);
    expect((await ask(MCP)).left?.searchParams.has('code')).toBe(true);
    const again = await ask(API);
    expect(again.html).toContain('At <bdi>api.example.com/v1');
    expect(again.html).toContain('id="allow"');
  });

  it('applies to the own token of a client (§2.2)', async () => {
    const program = await registerApp(grantor, { redirectUris: [], grant_types: ['client_credentials'] });
    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams([
        ...form({ grant_type: 'client_credentials', client_id: program.id, client_secret: program.secret }),
        ['resource', MCP],
        ['resource', API],
      ]),
    });
    expect(audienceOf(await bodyOf<TestTokens>(response))).toEqual([MCP, API]);
  });

  it('allows only the registered resources and audience of a client', async () => {
    const own = 'https://partner.example.com';
    const partner = await registerApp(grantor, { resources: [own], audience: API });
    expect(audienceOf(await partner.tokens({ scope: 'files:read', resource: own }))).toBe(own);
    expect(audienceOf(await partner.tokens({ scope: 'files:read', resource: API }))).toBe(API);
    expect(audienceOf(await partner.tokens({ scope: 'files:read' }))).toBe(API);
    const refused = await partner.authorize({ scope: 'files:read', resource: MCP });
    expect(refused.searchParams.get('error')).toBe('invalid_target');
    // Another client's resources are not the deployment's.
    expect((await authorized(own)).get('error')).toBe('invalid_target');
  });

  it('applies to the access token of the authorization response too (§2.1)', async () => {
    const hybrid = await registerApp(grantor, { response_types: ['code', 'code token'] });
    const callback = await hybrid.authorize({
      response_type: 'code token',
      scope: 'files:read',
      resource: MCP,
    });
    const token = new URLSearchParams(callback.hash.slice(1)).get('access_token') ?? '';
    expect(decodeJwt(token).aud).toBe(MCP);
  });

  it.each(['not a uri', 'https://api.example.com/#part', '/path'])(
    'cannot be registered as %o',
    async (resource) => {
      for (const field of ['resources', 'protected_resources']) {
        const response = await grantor.api('POST', '/clients', {
          name: 'x',
          redirect_uris: ['https://app.example.com/callback'],
          [field]: [resource],
        });
        expect(response.status).toBe(400);
        expect(await response.text()).toContain(field);
      }
    },
  );
});
