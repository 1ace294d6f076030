import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { startGrantor } from '../../../../test/kit/grantor.js';
import { TestProcess } from '../../../../test/kit/grantor-process.js';
import { pythonEnvironment } from '../../../../test/kit/python.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';

const requirements = fileURLToPath(new URL('schemathesis/requirements.txt', import.meta.url));

/** How many requests are made up for each operation; `npm run fuzz` makes more of them. */
const examples = process.env.SCHEMATHESIS_EXAMPLES ?? '5';
const isLong = process.env.SCHEMATHESIS_EXAMPLES !== undefined;

/** What an answer must be, whatever was asked. */
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

it(
  'answers nothing that the OpenAPI document does not say, and never with 500: schemathesis',
  async () => {
    const python = await pythonEnvironment(requirements);
    const grantor = await startGrantor();
    onTestFinished(() => grantor.stop());
    await grantor.register({ redirect_uris: ['https://app.example/callback'] });
    const folder = await temporaryFolder();
    const options = [
      ['--header', `Authorization: Bearer ${grantor.apiKey}`],
      ['--checks', checks.join(',')],
      ['--phases', 'examples,coverage,fuzzing,stateful'],
      ['--max-examples', examples],
      ['--seed', isLong ? String(Math.floor(Math.random() * 2 ** 31)) : '1'],
      ...(isLong ? [] : [['--generation-deterministic']]),
      ['--suppress-health-check', 'all'],
      ['--request-timeout', '30'],
      ['--workers', '2'],
      ['--warnings', 'off'],
      ['--continue-on-failure'],
      ['--no-color'],
    ];
    const schemathesis = new TestProcess(
      join(dirname(python), 'schemathesis'),
      ['run', `${grantor.issuer}/api/openapi.json`, ...options.flat()],
      {},
      folder,
    );
    const { code, stdout, stderr } = await schemathesis.ended(isLong ? 3_600_000 : 240_000);
    expect(code, stdout + stderr).toBe(0);
    // All were asked, and a limit on requests was not what answered.
    const [, tested] = /Tested: (\d+)/.exec(stdout) ?? [];
    expect(Number(tested)).toBe(await countOperations(grantor.issuer));
    expect((await grantor.api('GET', '/clients')).status).toBe(200);
  },
  isLong ? 3_600_000 : 270_000,
);

async function countOperations(issuer: string): Promise<number> {
  const response = await fetch(`${issuer}/api/openapi.json`);
  const { paths } = (await response.json()) as { paths: Record<string, object> };
  return Object.values(paths).reduce((sum, item) => sum + Object.keys(item).length, 0);
}
