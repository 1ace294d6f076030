import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrantor, loadConfig } from '@grantor/server';

const issuer = 'http://localhost';

/** `docs/openapi.json`: the document as a server of its own serves it, at no address in particular. */
export async function openApiFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'grantor-openapi-'));
  const grantor = await createGrantor(
    loadConfig(
      {},
      {
        issuer,
        port: 8888,
        databaseUrl: `sqlite:${join(folder, 'grantor.db')}`,
        secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
        logLevel: 'silent',
      },
    ),
  );
  try {
    const response = await grantor.fetch(new Request(`${issuer}/api/openapi.json`));
    const text = (await response.text()).replaceAll(`"${issuer}"`, '"/"').replaceAll(`"${issuer}/`, '"/');
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } finally {
    await grantor.close();
    await rm(folder, { recursive: true, force: true });
  }
}
