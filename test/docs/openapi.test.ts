import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openApiFile } from '../../docs/openapi/file.js';

it('publishes the document of the server in docs/openapi.json: npm run docs:openapi', async () => {
  const published = readFileSync(fileURLToPath(new URL('../../docs/openapi.json', import.meta.url)), 'utf8');
  expect(published).toBe(await openApiFile());
});
