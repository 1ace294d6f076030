import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

describe('discovery', () => {
  let server: AuthorizationServer;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
  });
  afterEach(async () => server.stop());

  it('fetches the metadata once, also for concurrent calls', async () => {
    const client = clientOf(server);
    await Promise.all([client.startAuthorization(), client.startAuthorization()]);
    await client.startAuthorization();
    expect(server.requestsTo(OPENID)).toHaveLength(1);
  });

  it('does not keep a failure', async () => {
    const client = clientOf(server);
    server.overrides.set(OPENID, () => ({ status: 503, body: '' }));
    await errorOf(client.startAuthorization(), 'discovery_failed');
    server.overrides.delete(OPENID);
    await expect(client.startAuthorization()).resolves.toHaveProperty('url');
  });

  it('uses the OAuth address if the OpenID one has no document (RFC 8414 §3)', async () => {
    server.overrides.set(OPENID, () => ({ status: 404, body: '' }));
    server.overrides.set(OAUTH, () => ({ body: server.metadata }));
    await expect(clientOf(server).startAuthorization()).resolves.toHaveProperty('url');
  });

  it('refuses a document of another issuer, even if only a slash differs (RFC 8414 §3.3)', async () => {
    server.metadata.issuer = `${server.issuer}/`;
    const error = await errorOf(clientOf(server).startAuthorization(), 'issuer_mismatch');
    expect(error.message).toContain('slash at the end');
  });

  it.each<[string, unknown]>([
    ['text', 'hello'],
    ['a list', []],
    ['an object without issuer', {}],
  ])('refuses a document that is %s', async (_, body) => {
    server.overrides.set(OPENID, () => ({ body }));
    await errorOf(clientOf(server).startAuthorization(), 'discovery_failed');
  });

  it('refuses an endpoint that is not https', async () => {
    server.metadata.authorization_endpoint = 'javascript:alert(1)';
    await errorOf(clientOf(server).startAuthorization(), 'discovery_failed');
  });

  it('does not follow a redirect', async () => {
    server.overrides.set(OPENID, () => ({ status: 302, headers: { location: '/elsewhere' }, body: '' }));
    await errorOf(clientOf(server).startAuthorization(), 'invalid_response');
    expect(server.requestsTo('/elsewhere')).toHaveLength(0);
  });

  it('names the endpoint that the metadata lacks', async () => {
    delete server.metadata.token_endpoint;
    const error = await errorOf(connect(server), 'unsupported_by_server');
    expect(error.message).toContain('"token_endpoint"');
  });

  it('is skipped if the metadata is an option', async () => {
    const metadata = {
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
      jwks_uri: `${server.issuer}/jwks`,
    };
    await connect(server, clientOf(server, { metadata }));
    expect(server.requestsTo(OPENID)).toHaveLength(0);
  });

  it('reports a server that is not reachable', async () => {
    const client = clientOf(server);
    await server.stop();
    await errorOf(client.startAuthorization(), 'network');
    server = await AuthorizationServer.start();
  });
});

describe('discovery of an issuer with a path', () => {
  it.each([
    ['appends the OpenID address (Discovery 1.0 §4.1)', '/tenant/.well-known/openid-configuration'],
    ['inserts the OAuth address (RFC 8414 §3.1)', '/.well-known/oauth-authorization-server/tenant'],
  ])('%s and drops the slash at the end', async (_, address) => {
    const server = await AuthorizationServer.start('/tenant/');
    try {
      const wellKnown = '/tenant/.well-known/openid-configuration';
      server.overrides.set(wellKnown, () => ({ status: 404, body: '' }));
      server.overrides.set(address, () => ({ body: server.metadata }));
      await expect(clientOf(server).startAuthorization()).resolves.toHaveProperty('url');
      expect(server.seen.at(-1)?.path).toBe(address);
    } finally {
      await server.stop();
    }
  });
});
