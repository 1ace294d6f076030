/**
 * Costly keys of clients: key sets whose RSA keys have large moduli or exponents, and sets of many keys without
 * `kid`. One invalid assertion must cost the server little. The figure is the processor time of the server process.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Attack, below } from '../attack.ts';
import { startGrantor } from '../programs.ts';

const API_KEY = 'a-key-for-the-attack-and-nothing-else';
const MOST_MILLISECONDS = 20;
/** The ticks of the clock of /proc/<pid>/stat in a second. */
const TICKS_PER_SECOND = 100;
const MOST_KEYS = 50;

interface KeyShape {
  readonly bits: number;
  /** Base64url. */
  readonly e: string;
}

/** An odd number with this many bits, in base64url. */
function oddNumber(bits: number): string {
  const bytes = randomBytes(bits / 8);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 1;
  return bytes.toString('base64url');
}

/** The most expensive keys: OpenSSL accepts exponents above 64 bits, and below the modulus, up to 3072 bits. */
const shapes: readonly { readonly name: string; readonly keys: number; readonly shape: KeyShape }[] = [
  {
    name: 'one key, exponent of 3064 bits',
    keys: 1,
    shape: { bits: 3072, e: oddNumber(3064) },
  },
  {
    name: 'one key, modulus of 16384 bits, exponent of 64',
    keys: 1,
    shape: { bits: 16_384, e: oddNumber(64) },
  },
  {
    name: `${MOST_KEYS} keys without kid, exponents of 3064 bits`,
    keys: MOST_KEYS,
    shape: { bits: 3072, e: oddNumber(3064) },
  },
  { name: `${MOST_KEYS} usual keys without kid`, keys: MOST_KEYS, shape: { bits: 4096, e: 'AQAB' } },
];

export const run: Attack = async ({ short, signal }) => {
  const requests = short ? 5 : 30;
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const sets = shapes.map(({ keys, shape }) => keySetOf(keys, shape));
  const site = createServer((request, response) => response.end(sets[Number(request.url?.slice(1))]));
  await new Promise<void>((resolve) => {
    site.listen(0, '127.0.0.1', resolve);
  });
  const siteOrigin = `http://localhost:${(site.address() as AddressInfo).port}`;
  const server = await startGrantor({
    GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
    GRANTOR_API_KEY: API_KEY,
    GRANTOR_OUTBOUND_HOSTS: 'localhost',
  });
  const origin = `http://localhost:${server.port}`;
  try {
    const figures = [];
    for (const [index, { name, shape }] of shapes.entries()) {
      const clientId = await register(origin, { jwks_uri: `${siteOrigin}/${index}` });
      const assertion = assertionOf(clientId ?? '', origin, shape.bits);
      // The first request fetches the set, and is not counted.
      await post(origin, assertion);
      const before = await processorSeconds(server.pid);
      for (let count = 0; count < requests && !signal.aborted; count += 1) await post(origin, assertion);
      const spent = (await processorSeconds(server.pid)) - before;
      figures.push(below(`${name}: processor time`, (spent * 1000) / requests, MOST_MILLISECONDS, 'ms'));
    }
    const [large = ''] = sets.slice(1);
    const registered = await register(origin, { jwks: JSON.parse(large) as unknown });
    return [
      ...figures,
      {
        figure: 'registration with a modulus of 16384 bits',
        value: registered === undefined ? 'refused' : 'accepted',
        bound: 'refused',
        held: registered === undefined,
      },
    ];
  } finally {
    await server.stop();
    site.closeAllConnections();
    site.close();
    await rm(folder, { recursive: true, force: true });
  }
};

function keySetOf(count: number, { bits, e }: KeyShape): string {
  return JSON.stringify({
    keys: Array.from({ length: count }, () => ({ kty: 'RSA', n: oddNumber(bits), e })),
  });
}

/** @returns the ID, or undefined if the server refuses the client */
async function register(
  origin: string,
  metadata: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const response = await fetch(`${origin}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'Attacker',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      token_endpoint_auth_method: 'private_key_jwt',
      ...metadata,
    }),
  });
  return ((await response.json()) as { client_id?: string }).client_id;
}

/**
 * An assertion whose signature is smaller than any modulus of its length, so that the verification is computed in
 * full.
 */
function assertionOf(clientId: string, audience: string, bits: number): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 300;
  const claims = { iss: clientId, sub: clientId, aud: audience, exp, jti: 'once' };
  const signature = randomBytes(bits / 8);
  signature[0] = 0;
  return `${encode({ alg: 'RS256' })}.${encode(claims)}.${signature.toString('base64url')}`;
}

async function post(origin: string, assertion: string): Promise<void> {
  const response = await fetch(`${origin}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  await response.arrayBuffer();
}

/** The time that all threads of a process have spent on processors, in seconds (proc_pid_stat(5), fields 14 and 15). */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
