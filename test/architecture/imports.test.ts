import { describe, expect, it } from 'vitest';
import { readFiles, readSources, type Source } from './sources.js';

/**
 * What each folder of the server may import from the others; itself, `protocol/` and `@grantor/protocol` always.
 * It reads from the bottom of the house to its top. A new arrow is a decision: make it here, with a
 * reason in the commit, and only downwards.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  crypto: [],
  timers: [],
  validation: [],
  memory: ['crypto'],
  throttling: ['crypto', 'memory', 'storage/ports'],
  'storage/ports': [],
  'storage/sql': ['storage/ports'],
  'storage/sqlite': ['storage/ports', 'storage/sql', 'timers'],
  'storage/postgres': ['storage/ports', 'storage/sql', 'timers'],
  storage: ['storage/ports', 'storage/postgres', 'storage/sql', 'storage/sqlite'],
  outbound: [],
  mail: ['crypto', 'storage/ports', 'texts', 'timers'],
  logos: ['crypto', 'memory', 'outbound', 'storage/ports'],
  audit: ['crypto', 'storage/ports'],
  'clients/metadata': ['crypto', 'storage/ports', 'validation'],
  scopes: ['storage/ports', 'texts'],
  accounts: ['audit', 'crypto', 'memory', 'storage/ports', 'throttling', 'validation'],
  // Changes of factors send mails.
  'accounts/factors': ['accounts', 'audit', 'crypto', 'mail', 'storage/ports', 'texts', 'throttling'],
  // A new password is looked up in a list of stolen ones.
  'accounts/self-service': [
    'accounts',
    'accounts/factors',
    'audit',
    'crypto',
    'mail',
    'outbound',
    'storage/ports',
    'texts',
    'throttling',
  ],
  keys: ['audit', 'crypto', 'memory', 'storage/ports'],
  consents: ['accounts', 'audit', 'crypto', 'scopes', 'storage/ports', 'texts'],
  clients: ['clients/metadata', 'crypto', 'logos', 'outbound', 'scopes', 'storage/ports', 'validation'],
  'dynamic-registration': [
    'audit',
    'clients',
    'clients/metadata',
    'crypto',
    'scopes',
    'storage/ports',
    'throttling',
    'validation',
  ],
  'client-keys': ['crypto', 'memory', 'outbound', 'storage/ports'],
  'client-auth': ['clients', 'crypto', 'storage/ports'],
  issuance: ['accounts', 'client-keys', 'crypto', 'keys', 'storage/ports'],
  authorization: [
    'accounts',
    'accounts/factors',
    'client-keys',
    'clients',
    'consents',
    'crypto',
    'issuance',
    'logout',
    'memory',
    'outbound',
    'scopes',
    'storage/ports',
  ],
  logout: ['crypto', 'issuance', 'keys', 'outbound', 'storage/ports', 'timers'],
  principals: ['crypto', 'issuance', 'scopes', 'storage/ports'],
  'api-keys': ['audit', 'crypto', 'principals', 'scopes', 'storage/ports', 'validation'],
  grants: ['audit', 'clients', 'crypto', 'issuance', 'memory', 'scopes', 'storage/ports'],
  texts: [],
  pages: ['scopes', 'texts'],
  config: [],
  operations: ['accounts', 'api-keys', 'config', 'crypto', 'storage/ports'],
  upstream: ['accounts', 'config', 'crypto', 'outbound'],
  endpoints: [
    'accounts',
    'accounts/factors',
    'accounts/self-service',
    'audit',
    'authorization',
    'client-auth',
    'clients',
    'consents',
    'crypto',
    'dynamic-registration',
    'grants',
    'issuance',
    'keys',
    'logos',
    'logout',
    'mail',
    'pages',
    'scopes',
    'storage/ports',
    'texts',
    'throttling',
    'upstream',
  ],
  'endpoints/account': [
    'accounts',
    'accounts/factors',
    'accounts/self-service',
    'api-keys',
    'audit',
    'consents',
    'crypto',
    'endpoints',
    'logos',
    'pages',
    'principals',
    'scopes',
    'storage/ports',
    'texts',
    'throttling',
    'upstream',
    'validation',
  ],
  api: [
    'accounts',
    'accounts/factors',
    'accounts/self-service',
    'api-keys',
    'audit',
    'authorization',
    'clients',
    'clients/metadata',
    'consents',
    'crypto',
    'dynamic-registration',
    'endpoints',
    'memory',
    'pages',
    'principals',
    'scopes',
    'storage/ports',
    'texts',
    'throttling',
    'validation',
  ],
  compat: ['api', 'grants', 'principals'],
  'compat/docspace': [
    'accounts',
    'api',
    'audit',
    'clients',
    'clients/metadata',
    'compat',
    'crypto',
    'endpoints',
    'grants',
    'issuance',
    'principals',
    'scopes',
    'storage/ports',
    'validation',
  ],
  ldap: ['accounts', 'crypto', 'throttling', 'timers'],
  scim: ['accounts', 'api', 'crypto', 'endpoints', 'scopes', 'storage/ports', 'validation'],
  http: [
    'api',
    'crypto',
    'endpoints',
    'operations',
    'pages',
    'scim',
    'storage/ports',
    'texts',
    'throttling',
    'timers',
  ],
};

/** The files at the top of the server, which may know everything below them. */
const tops = ['compose', 'index', 'version', 'cli'];

const serverRoot = 'packages/server/src/';
const serverSources = readSources('packages/server/src/**/*.{ts,tsx}');

/** Tests and their helpers. */
const testSources = readFiles(
  'packages/*/test/**/*.{ts,tsx}',
  'test/**/*.ts',
  'interop/*.ts',
  'bench/**/*.ts',
);

/** The room of a server file: its folder, or its own name at the top. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.slice(serverRoot.length).split('/');
  const nested = `${first}/${second}`;
  if (Object.hasOwn(allowed, nested)) return nested;
  return first.replace(/\.tsx?$/, '');
}

describe('imports point one way', () => {
  it('keeps every folder of the server to what lies below it', () => {
    const offences = serverSources.flatMap((source) => {
      const room = roomOf(source.path);
      if (tops.includes(room)) return [];
      return source.imports.flatMap(({ target }) => {
        if (target === undefined) return [];
        const other = roomOf(target);
        if (other === room || other === 'protocol' || (allowed[room] ?? []).includes(other)) return [];
        return [
          `${source.path} imports from ${other}/, which ${room}/ may not know. ` +
            `Pass what it needs as a dependency from compose/, or move the shared part to a folder below both.`,
        ];
      });
    });
    expect(offences).toEqual([]);
  });

  it('sees the imports that it judges', () => {
    const compose = serverSources.find(({ path }) => path === `${serverRoot}compose/grantor.ts`);
    const targets = compose?.imports.map(({ target }) => target);
    expect(targets).toContain(`${serverRoot}storage/open-store`);
    expect(targets).toContain(`${serverRoot}storage/ports/index`);
    expect(targets?.length).toBe(compose?.text.match(/^import /gm)?.length);
  });

  it('knows every folder of the server', () => {
    const rooms = new Set(serverSources.map((source) => roomOf(source.path)));
    const known = new Set([...Object.keys(allowed), ...tops]);
    expect([...rooms].filter((room) => !known.has(room))).toEqual([]);
  });

  it('has no arrow that nothing follows', () => {
    const followed = new Set(
      serverSources.flatMap(({ path, imports }) =>
        imports.flatMap(({ target }) =>
          target === undefined ? [] : [`${roomOf(path)} -> ${roomOf(target)}`],
        ),
      ),
    );
    const arrows = Object.entries(allowed).flatMap(([room, others]) =>
      others.map((other) => `${room} -> ${other}`),
    );
    expect(arrows.filter((arrow) => !followed.has(arrow))).toEqual([]);
  });

  it('has no circles of folders or of files, type imports included', () => {
    expect(findCircle(new Map(Object.entries(allowed)))).toBeUndefined();
    const sources = readSources('packages/*/src/**/*.{ts,tsx}', 'samples/*/src/**/*.{ts,tsx}');
    expect(findCircle(fileGraph([...sources, ...testSources]))).toBeUndefined();
  });

  it('keeps the test kit free of imports from tests, so that every test can use it', () => {
    const kit = testSources.filter(({ path }) => path.startsWith('test/kit/'));
    expect(kit.length).toBeGreaterThan(10);
    const offences = kit.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => target !== undefined && !/^test\/kit\/|^packages\/\w+\/src\//.test(target))
        .map(({ specifier }) => `${path} imports ${specifier}; move the shared part to test/kit.`),
    );
    expect(offences).toEqual([]);
  });

  it('lets only compose/ import from storage behind its ports', () => {
    const offences = serverSources
      .filter((source) => !source.path.startsWith(`${serverRoot}storage/`))
      .filter((source) => !source.path.startsWith(`${serverRoot}compose/`))
      .filter((source) =>
        source.imports.some(
          ({ target }) => target?.includes('/storage/') === true && !target.includes('/storage/ports/'),
        ),
      )
      .map((source) => `${source.path} reaches behind the ports; take the verb it needs from storage/ports.`);
    expect(offences).toEqual([]);
  });

  it('keeps client, guard and server apart, and protocol without dependencies', () => {
    const mayImport: Readonly<Record<string, readonly string[]>> = {
      protocol: [],
      client: ['@grantor/protocol'],
      guard: ['@grantor/protocol'],
    };
    const offences = Object.entries(mayImport).flatMap(([name, packages]) =>
      readSources(`packages/${name}/src/**/*.ts`).flatMap((source) =>
        source.imports
          .filter(({ target, specifier }) => target === undefined && !packages.includes(specifier))
          .map(
            ({ specifier }) =>
              `${source.path} imports ${specifier}; ${name} runs in every runtime without dependencies.`,
          ),
      ),
    );
    expect(offences).toEqual([]);
  });

  it('keeps caches and limits in bounded tables that announce themselves', () => {
    const offences = serverSources
      .filter(({ path }) => path !== `${serverRoot}memory/bounded-cache.ts`)
      .filter(({ imports }) =>
        imports.some(({ specifier }) => /^(lru-cache|rate-limiter-flexible)$/.test(specifier)),
      )
      .map(
        ({ path }) => `${path} makes its own table; use memory/bounded-cache.ts, or a limit of throttling/.`,
      );
    expect(offences).toEqual([]);
  });

  it('starts timers in one place, where tests can replace them', () => {
    const offences = serverSources
      .filter(({ path }) => path !== `${serverRoot}timers/timers.ts`)
      // The scripts of pages run in a browser.
      .filter(({ path }) => !path.startsWith(`${serverRoot}pages/`))
      .filter(({ text }) => /\bset(?:Timeout|Interval)\(/.test(text))
      .map(({ path }) => `${path} starts a timer; use Repeat, runAfter or delay of timers/timers.ts.`);
    expect(offences).toEqual([]);
  });

  it('reads the clock, the environment and randomness only at the entry points', () => {
    const sources: readonly (readonly [RegExp, readonly string[]])[] = [
      [/\bDate\.now\(|new Date\(\)/, ['crypto/clock.ts', 'cli/']],
      [/\bprocess\.env\b/, ['cli/']],
      [/\brandomBytes\(|Math\.random\(/, ['crypto/random.ts', 'config/local-defaults.ts']],
    ];
    const offences = sources.flatMap(([pattern, places]) =>
      serverSources
        .filter(({ text }) => pattern.test(text))
        .filter(({ path }) => !places.some((place) => path.startsWith(serverRoot + place)))
        .map(
          ({ path }) => `${path} uses ${pattern.source}; take it as a dependency (Clock, Random, Config).`,
        ),
    );
    expect(offences).toEqual([]);
  });
});

function fileGraph(sources: readonly Source[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    sources.map(({ path, imports }) => [
      path.replace(/\.tsx?$/, ''),
      imports.flatMap(({ target }) => (target === undefined ? [] : [target])),
    ]),
  );
}

/** A path that comes back to where it started, or undefined. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...trail, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
