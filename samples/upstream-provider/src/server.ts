import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './start.js';

const folder = await mkdtemp(join(tmpdir(), 'grantor-sample-'));
const sample = await start({
  grantorPort: Number(process.env.PORT || 8888),
  headOfficePort: Number(process.env.HEAD_OFFICE_PORT || 4600),
  grantorDatabaseUrl: `sqlite:${join(folder, 'grantor.db')}`,
  headOfficeDatabaseUrl: `sqlite:${join(folder, 'head-office.db')}`,
});
console.log(`Grantor:     ${sample.issuer}/account`);
console.log(`Head Office: ${sample.headOffice} (sign in as mary@example.com / mechanism-of-the-heavens)`);

async function stop(): Promise<void> {
  await sample.close();
  await rm(folder, { recursive: true });
}
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
