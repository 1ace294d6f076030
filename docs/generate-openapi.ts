import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiFile } from './openapi/file.ts';

writeFileSync(fileURLToPath(new URL('openapi.json', import.meta.url)), await openApiFile());
