import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { conformancePage } from './conformance/page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

writeFileSync(fileURLToPath(new URL('conformance.md', import.meta.url)), conformancePage(root));
