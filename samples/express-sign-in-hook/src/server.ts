import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './start.js';

const folder = await mkdtemp(join(tmpdir(), 'grantor-sample-'));
const sample = await start({
  port: Number(process.env.PORT || 4400),
  grantorPort: Number(process.env.AUTHORIZATION_PORT || 8888),
  databaseUrl: `sqlite:${join(folder, 'grantor.db')}`,
});
console.log(`Application: ${sample.origin} (sign in as ada with the password analytical-engine)`);
console.log(`Grantor:     ${sample.issuer}`);

async function stop(): Promise<void> {
  await sample.close();
  await rm(folder, { recursive: true });
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
