import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Config,
  createGrantor,
  type Grantor,
  listen,
  loadConfig,
  type RuntimeDependencies,
} from '@grantor/server';
import { createAccount } from '../../packages/server/src/accounts/create-account.js';
import { systemClock } from '../../packages/server/src/crypto/clock.js';
import { cheapStretch } from './stretch.js';
import { createPostgresDatabase } from './test-database.js';

/** The two kinds of database; what must hold on both is tested on both. */
export const databases = ['sqlite', 'postgres'] as const;

export interface TestGrantor {
  /** Where it answers; the same as its issuer. */
  readonly issuer: string;
  /** A key to the management API. */
  readonly apiKey: string;
  /** Somebody who can sign in. */
  readonly person: { readonly username: string; readonly password: string; readonly name: string };
  readonly server: Grantor;
  /** Calls the management API; a body is sent as JSON. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
  /** Registers a client, for every scope that needs no approval unless it names others; fails where it is refused. */
  register(metadata: Readonly<Record<string, unknown>>): Promise<RegisteredTestClient>;
  stop(): Promise<void>;
}

export interface RegisteredTestClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** The scopes that every deployment has at first and that need no approval. */
const freeScopes = (
  'openid profile email address phone offline_access ' +
  'accounts:read accounts:write accounts.self:read accounts.self:write files:read files:write rooms:read rooms:write'
).split(' ');

function isForUsers({ grant_types: types }: Readonly<Record<string, unknown>>): boolean {
  return !Array.isArray(types) || types.some((type) => type !== 'client_credentials');
}

/** A real server on a free port with a fresh database, one person and an API key. */
export async function startGrantor(
  options: {
    readonly database?: (typeof databases)[number];
    readonly settings?: Partial<Config>;
    readonly world?: Partial<RuntimeDependencies>;
    /** The path of the issuer; none unless set. */
    readonly path?: string;
  } = {},
): Promise<TestGrantor> {
  const folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
  // The port is taken before the server is made, since the issuer names it and nobody else may get it between.
  const handler: { fetch?: Grantor['fetch'] } = {};
  const listening = await listen(
    (request, env) => handler.fetch?.(request, env) ?? new Response(null, { status: 503 }),
    'localhost',
    0,
  );
  const apiKey = 'test-key-with-more-than-20-characters';
  const databaseUrl =
    options.database === 'postgres' ? await createPostgresDatabase() : `sqlite:${join(folder, 'grantor.db')}`;
  const config = loadConfig(
    {},
    {
      issuer: `http://localhost:${listening.port}${options.path ?? ''}`,
      port: listening.port,
      databaseUrl,
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
      apiKey,
      logLevel: 'silent',
      // A test asks more in a second than a program does in a minute.
      apiReadsPerMinute: 0,
      apiWritesPerMinute: 0,
      apiRequestsPerMinutePerAddress: 0,
      // Tests of what developers may do have developers; config tests hold the default.
      developers: 'everybody',
      // Tests use its scopes and paths; packages/server/test/compat has servers without it.
      compat: 'docspace',
      ...options.settings,
    },
  );
  const server = await createGrantor(config, { stretch: cheapStretch, ...options.world });
  handler.fetch = server.fetch;
  const person = { username: 'ada@example.com', password: 'analytical-engine', name: 'Ada Lovelace' };
  await createAccount(server.store.accounts, options.world?.clock ?? systemClock, {
    email: person.username,
    password: person.password,
    name: person.name,
    givenName: 'Ada',
    familyName: 'Lovelace',
  });

  const api: TestGrantor['api'] = (method, path, body) =>
    fetch(`${config.issuer}/api/2.0${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  return {
    issuer: config.issuer,
    apiKey,
    person,
    server,
    api,
    async register(metadata) {
      const response = await api('POST', '/clients', {
        name: 'Test app',
        ...(isForUsers(metadata) ? { scopes: freeScopes } : {}),
        ...metadata,
      });
      if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
      return (await response.json()) as RegisteredTestClient;
    },
    async stop() {
      await listening.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
