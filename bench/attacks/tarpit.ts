/**
 * Tarpit hosts: request objects are fetched from names that DNS never answers for. The key sets of other clients must
 * be fetched meanwhile, and logout tokens must be delivered. Then many clients have such names in `jwks_uri`: a key set
 * that has answered before must still be fetched.
 *
 * The DNS server of this attack listens on loopback (`GRANTOR_OUTBOUND_DNS_SERVERS`). For a version without that
 * setting, set `DNS_PORT=53` and make 127.0.0.1 the only server in `/etc/resolv.conf`.
 */
import { createSocket } from 'node:dgram';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type Attack, soonerThan } from '../attack.ts';
import { startGrantor } from '../programs.ts';
import { codeOf, consent, signIn } from '../user.ts';

const API_KEY = 'a-key-for-the-attack-and-nothing-else';
const PERSON = { username: 'ada@example.com', password: 'a password for the attack' };
/** libuv has four threads; more calls than that test the limits of concurrent calls. */
const PARALLEL = 8;
/** More clients than the number of key sets that may be fetched or wait at the same time. */
const KEY_SETS = 100;
/** The time after which a probe has failed, in seconds. */
const PATIENCE = 20;
/** Below the five seconds that a call may take. */
const MOST_SECONDS = 4;
const REDIRECT_URI = 'https://app.example.com/callback';

export const run: Attack = async ({ short, signal }) => {
  const seconds = short ? 5 : 30;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const dns = createSocket('udp4');
  await new Promise<void>((resolve) => {
    dns.bind(Number(process.env.DNS_PORT ?? 0), '127.0.0.1', resolve);
  });
  const pair = await generateKeyPair('ES256');
  const jwks = JSON.stringify({ keys: [await exportJWK(pair.publicKey)] });
  const seen: Seen = { logoutTokens: 0, knownKeySets: 0 };
  const site = await startSite(jwks, seen);
  const server = await startGrantor({
    GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
    GRANTOR_API_KEY: API_KEY,
    GRANTOR_ADMIN_EMAIL: PERSON.username,
    GRANTOR_ADMIN_PASSWORD: PERSON.password,
    GRANTOR_API_WRITES_PER_MINUTE: '0',
    GRANTOR_OUTBOUND_HOSTS: 'localhost',
    GRANTOR_OUTBOUND_DNS_SERVERS: `127.0.0.1:${dns.address().port}`,
  });
  const origin = `http://localhost:${server.port}`;
  const stopped = new AbortController();
  const attack = AbortSignal.any([signal, stopped.signal]);
  try {
    const attacker = await register(origin, {
      redirectUris: [REDIRECT_URI],
      request_uris: tarpits(),
    });
    const app = await register(origin, {
      redirectUris: [REDIRECT_URI],
      backchannel_logout_uri: `${site.origin}/backchannel`,
    });
    const authorize = authorizationPath(app.client_id);
    await consent(server.port, await signIn(server.port, PERSON), authorize);

    const attackers = tarpits().map(async (uri) => {
      const query = `client_id=${attacker.client_id}&request_uri=${encodeURIComponent(uri)}`;
      while (!attack.aborted) {
        await fetch(`${origin}/oauth2/authorize?${query}`, { redirect: 'manual' }).catch(() => undefined);
        await sleep(50);
      }
    });
    await sleep(500);
    let slowestKeySet = 0;
    let slowestLogout = 0;
    const end = performance.now() + seconds * 1000;
    for (let probe = 0; performance.now() < end && !signal.aborted; probe += 1) {
      const jwksUri = `${site.origin}/keys/${probe}`;
      slowestKeySet = Math.max(
        slowestKeySet,
        await secondsOf(() => assert(origin, jwksUri, pair.privateKey)),
      );
      slowestLogout = Math.max(
        slowestLogout,
        await secondsOf(async () => {
          const before = seen.logoutTokens;
          await signInAndOut(origin, server.port, app, authorize);
          while (seen.logoutTokens === before) await sleep(20);
        }),
      );
    }
    stopped.abort();
    await Promise.all(attackers);
    const rotated = await secondsToRotate(origin, site.origin, pair.privateKey, seen);
    return [
      soonerThan('slowest token request with a new jwks_uri', slowestKeySet, MOST_SECONDS, short),
      soonerThan('rotation of a known key set among hanging ones', rotated, MOST_SECONDS, short),
      soonerThan('slowest sign-in and out until the logout token came', slowestLogout, MOST_SECONDS, short),
    ];
  } finally {
    stopped.abort();
    await server.stop();
    site.server.closeAllConnections();
    site.server.close();
    dns.close();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Registered {
  readonly client_id: string;
  readonly client_secret: string;
}

/** The number of calls of the site. */
interface Seen {
  logoutTokens: number;
  knownKeySets: number;
}

/** The key set that was fetched before. */
const KNOWN = '/keys/known';

function tarpits(): readonly string[] {
  return Array.from({ length: PARALLEL }, (_, index) => `https://tarpit-${index}.example.com/request`);
}

/** The site of the legitimate clients: their key sets, and their back-channel logout endpoints. */
async function startSite(jwks: string, seen: Seen): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/backchannel') seen.logoutTokens += 1;
    if (request.url === KNOWN) seen.knownKeySets += 1;
    response.end(request.url?.startsWith('/keys') === true ? jwks : '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

async function register(origin: string, metadata: Readonly<Record<string, unknown>>): Promise<Registered> {
  const response = await fetch(`${origin}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'App', ...metadata }),
  });
  if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
  return (await response.json()) as Registered;
}

/** A token request of a client whose key set must be fetched. */
async function assert(origin: string, jwksUri: string, privateKey: CryptoKey): Promise<void> {
  const { client_id: id } = await registerKeys(origin, jwksUri);
  await assertAs(id, origin, privateKey);
}

/** How long a known client with a new key waits while many clients have a `jwks_uri` that never responds. */
async function secondsToRotate(
  origin: string,
  siteOrigin: string,
  privateKey: CryptoKey,
  seen: Seen,
): Promise<number> {
  const { client_id: known } = await registerKeys(origin, siteOrigin + KNOWN);
  await assertAs(known, origin, privateKey);
  const clients: Registered[] = [];
  for (let index = 0; index < KEY_SETS; index += 1) {
    clients.push(await registerKeys(origin, `https://tarpit-keys-${index}.example.com/keys`));
  }
  const attack = clients.map(({ client_id: id }) => assertAs(id, origin, privateKey).catch(() => undefined));
  await sleep(500);
  const unknownKey = (await generateKeyPair('ES256')).privateKey;
  // The set has no such key: it is fetched again before the assertion is refused.
  const seconds = await secondsOf(async () => {
    const before = seen.knownKeySets;
    await assertAs(known, origin, unknownKey).catch(() => undefined);
    if (seen.knownKeySets === before) throw new Error('not fetched');
  });
  await Promise.all(attack);
  return seconds;
}

function registerKeys(origin: string, jwksUri: string): Promise<Registered> {
  return register(origin, {
    grant_types: ['client_credentials'],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: jwksUri,
  });
}

async function assertAs(clientId: string, origin: string, privateKey: CryptoKey): Promise<void> {
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(origin)
    .setExpirationTime('5m')
    .sign(privateKey);
  const response = await post(`${origin}/oauth2/token`, {
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  if (response.status !== 200) throw new Error(`refused: ${await response.text()}`);
}

async function signInAndOut(origin: string, port: number, app: Registered, authorize: string): Promise<void> {
  const cookie = await signIn(port, PERSON);
  const allowed = await fetch(origin + authorize, { headers: { cookie }, redirect: 'manual' });
  const code = codeOf(`\r\nlocation: ${allowed.headers.get('location')}`) ?? '';
  const { client_id: id, client_secret: secret } = app;
  const response = await post(`${origin}/oauth2/token`, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
    client_id: id,
    client_secret: secret,
  });
  const { id_token: hint } = (await response.json()) as { id_token?: string };
  if (hint === undefined) throw new Error('no ID token came back');
  await fetch(`${origin}/oauth2/logout?id_token_hint=${hint}`, { headers: { cookie } });
}

const VERIFIER = 'v'.repeat(43);
/** Base64url of the SHA-256 of the verifier (RFC 7636 §4.2). */
const CHALLENGE = Buffer.from(
  await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER)),
).toString('base64url');

function authorizationPath(clientId: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  return `/oauth2/authorize?${query.toString()}`;
}

function post(url: string, parameters: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(parameters) });
}

/** How long something takes; infinite if it fails or takes too long. */
async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  const late = sleep(PATIENCE * 1000).then(() => 'late');
  const outcome = await Promise.race([work().catch(() => 'failed'), late]);
  return outcome === undefined ? (performance.now() - start) / 1000 : Number.POSITIVE_INFINITY;
}
