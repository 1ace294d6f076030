import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { addApiKey } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { addUser } from '../../../../test/kit/users.js';
import { tokenOf } from '../principals/access-tokens.js';
import { PATIENCE, runSchemathesis } from './support/schemathesis.js';

interface Document {
  readonly paths: Readonly<
    Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>
  >;
}

const documentOf = ({ issuer }: TestServer) => `${issuer}/api/openapi.json`;

async function readDocument(grantor: TestServer): Promise<Document> {
  return (await (await fetch(documentOf(grantor))).json()) as Document;
}

async function countOperations(grantor: TestServer): Promise<number> {
  const { paths } = await readDocument(grantor);
  return Object.values(paths).reduce((sum, item) => sum + Object.keys(item).length, 0);
}

async function start(): Promise<TestServer> {
  const grantor = await startServer();
  onTestFinished(() => grantor.stop());
  return grantor;
}

it(
  'responds to an administrator only as documented, and never with 500: schemathesis',
  async () => {
    const grantor = await start();
    await grantor.register({ redirect_uris: ['https://app.example/callback'] });
    const { code, stdout, stderr, tested, statuses } = await runSchemathesis({
      document: documentOf(grantor),
      url: grantor.issuer,
      apiKey: grantor.apiKey,
      phases: ['examples', 'coverage', 'fuzzing', 'stateful'],
      examples: 5,
    });
    expect(code, stdout + stderr).toBe(0);
    // All operations were called, and none was refused by a request limit.
    expect(tested).toBe(await countOperations(grantor));
    for (const status of [200, 201, 400, 401, 404, 405]) expect(statuses).toContain(status);
    expect(statuses).not.toContain(429);
    expect((await grantor.api('GET', '/clients')).status).toBe(200);
  },
  PATIENCE,
);

it(
  'responds to a developer with the IDs of others only as documented: schemathesis',
  async () => {
    const grantor = await start();
    const app = await grantor.register({ redirect_uris: ['https://app.example/callback'] });
    const [user, developer] = [await addUser(grantor), await addUser(grantor)];
    const theirs = await addApiKey(grantor, user);
    const granted = await tokenOf(grantor, user, ['openid']);
    const paths = [
      `/clients/${app.client_id}`,
      `/clients/${granted.clientId}`,
      `/keys/${theirs.id}`,
      `/grants/${granted.grantId}`,
      `/accounts/${user.id}`,
      `/consents?account_id=${user.id}`,
    ];
    const look = () => Promise.all(paths.map(async (path) => (await grantor.api('GET', path)).text()));
    const before = await look();

    const { code, stdout, stderr, tested, statuses } = await runSchemathesis({
      document: documentOf(grantor),
      url: grantor.issuer,
      apiKey: (await addApiKey(grantor, developer)).key,
      phases: ['fuzzing', 'stateful'],
      examples: 5,
      ids: [app.client_id, granted.clientId, granted.grantId, theirs.id, user.id],
    });
    expect(code, stdout + stderr).toBe(0);
    expect(tested).toBe(await countOperations(grantor));
    for (const status of [200, 400, 403, 404]) expect(statuses).toContain(status);
    expect(await look()).toEqual(before);
  },
  PATIENCE,
);

it(
  'detects an undocumented status',
  async () => {
    const grantor = await start();
    const document = await readDocument(grantor);
    const operation = document.paths['/api/2.0/keys/{id}']?.get;
    delete operation?.responses['404'];
    const path = join(await temporaryFolder(), 'openapi.json');
    await writeFile(path, JSON.stringify(document));
    const { code, stdout } = await runSchemathesis({
      document: path,
      url: grantor.issuer,
      apiKey: grantor.apiKey,
      phases: ['fuzzing'],
      examples: 2,
      ids: ['unknown'],
      options: ['--include-operation-id', operation?.operationId ?? ''],
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/Undocumented status code\n\s+Received: 404\n/);
  },
  PATIENCE,
);
