#!/usr/bin/env node
// Syntax that any Node of the last years can parse, so that an old one gets a sentence and not a stack trace.
import { existsSync } from 'node:fs';

const needed = [22, 18];
const found = process.versions.node.split('.').map(Number);
if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  console.error(`Grantor needs Node.js ${needed.join('.')} or newer; this is ${process.version}.`);
  process.exit(1);
} else {
  import('../dist/cli/main.js').catch((error) => {
    const unbuilt = error.code === 'ERR_MODULE_NOT_FOUND' && !existsSync(new URL('../dist', import.meta.url));
    console.error(unbuilt ? 'Grantor is not built yet. Run npm run build first.' : error);
    process.exit(1);
  });
}
