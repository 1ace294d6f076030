import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EndedProcess, TestProcess } from '../../../../../test/kit/grantor-process.js';
import { pythonEnvironment } from '../../../../../test/kit/python.js';
import { temporaryFolder } from '../../../../../test/kit/temporary-folder.js';

const beside = (name: string) => fileURLToPath(new URL(`../schemathesis/${name}`, import.meta.url));

/** How many requests are made up for each operation; `npm run fuzz` makes more of them, and others each time. */
const { SCHEMATHESIS_EXAMPLES: asked } = process.env;

/** How long it may take, in milliseconds. */
export const PATIENCE = asked === undefined ? 240_000 : 3_600_000;

/** The checks of every response. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'unsupported_method',
  'allow_header_conformance',
  'ignored_auth',
  'use_after_free',
];

export interface MadeUpRequests {
  /** The OpenAPI document: an address, or a file. */
  readonly document: string;
  /** The server. */
  readonly url: string;
  readonly apiKey: string;
  readonly phases: readonly string[];
  readonly examples: number;
  /** What else is said to schemathesis. */
  readonly options?: readonly string[];
  /** IDs for paths, in addition to generated ones. */
  readonly ids?: readonly string[];
}

export interface Findings extends EndedProcess {
  /** The number of called operations. */
  readonly tested: number;
  /** The statuses of all responses. */
  readonly statuses: ReadonlySet<number>;
}

/** Asks a server what schemathesis makes up from a document: the same each time, in the same order. */
export async function runSchemathesis(wanted: MadeUpRequests): Promise<Findings> {
  const python = await pythonEnvironment(beside('requirements.txt'));
  const folder = await temporaryFolder();
  const archive = join(folder, 'answers.har');
  const options = [
    ['--url', wanted.url],
    ['--header', `Authorization: Bearer ${wanted.apiKey}`],
    ['--checks', checks.join(',')],
    ['--phases', wanted.phases.join(',')],
    ['--max-examples', asked ?? String(wanted.examples)],
    asked === undefined
      ? ['--generation-deterministic']
      : ['--seed', String(Math.floor(Math.random() * 2 ** 31))],
    ['--suppress-health-check', 'all'],
    ['--request-timeout', '30'],
    ['--workers', '1'],
    ['--warnings', 'off'],
    ['--report', 'har', '--report-har-path', archive],
    ['--continue-on-failure', '--no-color'],
    wanted.options ?? [],
  ];
  const schemathesis = new TestProcess(
    join(dirname(python), 'schemathesis'),
    ['--config-file', await configuration(folder, wanted.ids), 'run', wanted.document, ...options.flat()],
    {},
    folder,
  );
  const ended = await schemathesis.ended(PATIENCE);
  const [, tested] = /Tested: (\d+)/.exec(ended.stdout) ?? [];
  return { ...ended, tested: Number(tested), statuses: await statusesIn(archive) };
}

async function configuration(folder: string, ids: readonly string[] = []): Promise<string> {
  const path = join(folder, 'schemathesis.toml');
  const lines =
    ids.length === 0
      ? []
      : [
          `[dictionaries.ids]\nvalues = ${JSON.stringify(ids)}`,
          '[parameters]\n"path.id" = { dictionary = "ids", probability = 1.0 }',
        ];
  await writeFile(path, lines.join('\n'));
  return path;
}

async function statusesIn(archive: string): Promise<ReadonlySet<number>> {
  const { log } = JSON.parse(await readFile(archive, 'utf8')) as {
    log: { entries: readonly { response: { status: number } }[] };
  };
  return new Set(log.entries.map(({ response }) => response.status));
}
