import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppSite } from '../../../../test/kit/app-site.js';
import { DnsServer } from '../../../../test/kit/dns-server.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { registerSiteApp, signOut } from '../back-channel-logout/support.js';

/** More than libuv has threads, and more than an attacker's apps have slots. */
const APPS = 6;
const REQUESTS = 6;
/** More than may be fetched and wait together. */
const KEY_SETS = 100;

let dns: DnsServer;
let grantor: TestServer;
let site: AppSite;
beforeAll(async () => {
  dns = await DnsServer.start((name) => (name.startsWith('tarpit') ? 'silent' : 'unknown'));
  grantor = await startServer({
    settings: { outboundHosts: ['localhost'], outboundDnsServers: [dns.address] },
  });
  site = await AppSite.start();
});
afterAll(async () => {
  await grantor.stop();
  await Promise.all([site.stop(), dns.stop()]);
});

/** Apps that make the server fetch request objects from hosts whose DNS queries never get a response. */
async function attackers(): Promise<{ app: TestApp; uris: readonly string[] }[]> {
  return Promise.all(
    Array.from({ length: APPS }, async (_app, index) => {
      const uris = Array.from(
        { length: REQUESTS },
        (_uri, request) => `https://tarpit-${index}-${request}.example/request`,
      );
      return { app: await registerApp(grantor, { request_uris: uris }), uris };
    }),
  );
}

const withKeysAt = (uri: string) => ({
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: uri,
});

/** @returns the status of a token request whose client has signed an assertion */
async function assertWith(key: CryptoKey, clientId: string, kid?: string): Promise<number> {
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', ...(kid === undefined ? {} : { kid }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(grantor.issuer)
    .setExpirationTime('1m')
    .sign(key);
  const { status } = await fetch(`${grantor.issuer}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  return status;
}

describe('hosts whose DNS queries never get a response (denial of service)', () => {
  it('delay neither the key sets of other apps nor back-channel logout', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    site.respond = ({ url }) => (url === '/keys' ? { body: JSON.stringify({ keys: [jwk] }) } : {});
    const { app: signedOut, received } = await registerSiteApp(grantor, {}, site);
    const { id_token: idToken } = await signedOut.tokens();
    const client = await grantor.register(withKeysAt(`${site.origin}/keys`));
    let ended = 0;
    const attack = (await attackers()).flatMap(({ app, uris }) =>
      uris.map(async (uri) => {
        await fetch(app.authorizationUrl({ request_uri: uri }), { redirect: 'manual' });
        ended += 1;
      }),
    );
    // Each app has its share of lookups under way, and no more.
    await expect.poll(() => new Set(dns.asked).size).toBe(APPS * 4);
    expect(await assertWith(privateKey, client.client_id)).toBe(200);
    await signOut(signedOut, idToken);
    await expect.poll(received).toHaveLength(1);
    // All of that was done while requests of the attacker were still waiting.
    expect(ended).toBeLessThan(APPS * REQUESTS);
    await Promise.all(attack);
  }, 30_000);

  it('do not delay a key set that has responded before, as the jwks_uri of many clients', async () => {
    const [first, rotated] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
    let keys = { ...(await exportJWK(first.publicKey)), kid: 'first' };
    site.respond = ({ url }) => (url === '/keys' ? { body: JSON.stringify({ keys: [keys] }) } : {});
    const { client_id: known } = await grantor.register(withKeysAt(`${site.origin}/keys`));
    expect(await assertWith(first.privateKey, known, 'first')).toBe(200);
    keys = { ...(await exportJWK(rotated.publicKey)), kid: 'rotated' };

    const clients: string[] = [];
    for (let index = 0; index < KEY_SETS; index += 1) {
      const { client_id: id } = await grantor.register(
        withKeysAt(`https://tarpit-keys-${index}.example/keys`),
      );
      clients.push(id);
    }
    let ended = 0;
    const attack = clients.map(async (id) => {
      expect(await assertWith(first.privateKey, id, 'first')).toBe(401);
      ended += 1;
    });
    const lookups = () => new Set(dns.asked.filter((name) => name.startsWith('tarpit-keys'))).size;
    await expect.poll(lookups).toBeGreaterThanOrEqual(24);
    expect(await assertWith(rotated.privateKey, known, 'rotated')).toBe(200);
    expect(ended).toBeLessThan(KEY_SETS);
    await Promise.all(attack);
  }, 30_000);
});
