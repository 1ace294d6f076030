import {
  type Config,
  createGrantor,
  type Grantor,
  listen,
  loadConfig,
  type RuntimeDependencies,
} from '@grantor/server';
import { systemClock } from '../../packages/server/src/crypto/clock.js';
import { bodyOf, type Call, callWith } from './api-calls.js';
import { cheapStretch } from './stretch.js';
import { createDatabase } from './test-database.js';
import { addUser, PASSWORD, type TestUser } from './users.js';

/** The `GRANTOR_SECRET` of test servers. */
export const SECRET = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';

/** The two kinds of database; what must hold on both is tested on both. */
export const databases = ['sqlite', 'postgres'] as const;

export interface TestServer {
  /** Its URL, which is its issuer. */
  readonly issuer: string;
  /** A key to the management API. */
  readonly apiKey: string;
  /** A user who can sign in. */
  readonly user: TestUser;
  readonly server: Grantor;
  /** Calls the management API with the API key. */
  readonly api: Call;
  /** Registers a client, for every scope that needs no approval unless it names others; fails where it is refused. */
  register(metadata: Readonly<Record<string, unknown>>): Promise<RegisteredTestClient>;
  stop(): Promise<void>;
}

export interface RegisteredTestClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** The scopes of a new deployment that need no approval, with those of DocSpace. */
const freeScopes = (
  'openid profile email address phone offline_access ' +
  'accounts:read accounts:write accounts.self:read accounts.self:write files:read files:write rooms:read rooms:write'
).split(' ');

const isOfDocspace = (scope: string) => /^(?:accounts|accounts\.self|rooms):/.test(scope);

function isForUsers({ grant_types: types }: Readonly<Record<string, unknown>>): boolean {
  return !Array.isArray(types) || types.some((type) => type !== 'client_credentials');
}

/** Clock, timers and randomness may be replaced; the server uses the system's otherwise. */
export interface ServerOptions extends Partial<RuntimeDependencies> {
  /** SQLite unless set. */
  readonly database?: (typeof databases)[number];
  readonly settings?: Partial<Config>;
  /** The path of the issuer; none unless set. */
  readonly path?: string;
}

/** A real server on a free port with a fresh database, one user and an API key. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const { database = 'sqlite', settings, path = '', ...dependencies } = options;
  // The port is taken before the server is made, since the issuer has it and no other process may take it in between.
  const handler: { fetch?: Grantor['fetch'] } = {};
  const listening = await listen(
    (request, env) => handler.fetch?.(request, env) ?? new Response(null, { status: 503 }),
    'localhost',
    0,
  );
  const apiKey = 'test-key-with-more-than-20-characters';
  const config = loadConfig(
    {},
    {
      issuer: `http://localhost:${listening.port}${path}`,
      port: listening.port,
      databaseUrl: await createDatabase(database),
      secret: SECRET,
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
      ...settings,
    },
  );
  const server = await createGrantor(config, { stretch: cheapStretch, ...dependencies });
  handler.fetch = server.fetch;
  const user = await ensureUser(server, (dependencies.clock ?? systemClock)());
  const { issuer } = config;
  const api = callWith({ issuer }, apiKey);

  return {
    issuer,
    apiKey,
    user,
    server,
    api,
    async register(metadata) {
      const fields = {
        name: 'Test app',
        ...(isForUsers(metadata)
          ? { scopes: freeScopes.filter((scope) => config.compat === 'docspace' || !isOfDocspace(scope)) }
          : {}),
        ...metadata,
      };
      return bodyOf(api('POST', '/clients', fields), 201);
    },
    async stop() {
      await listening.close();
      await server.close();
    },
  };
}

/** The user of the server; already there if the server was started on a database in use. */
async function ensureUser(server: Grantor, now: number): Promise<TestUser> {
  const username = 'ada@example.com';
  const known = await server.store.accounts.findByLogin(username);
  if (known !== undefined) return { ...known, password: PASSWORD };
  const names = { name: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace' };
  return addUser({ server }, { username, ...names, createdAt: now, updatedAt: now });
}
