import { randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { startServe, type TestProcess } from '../../../../test/kit/grantor-process.js';
import { type SmtpMoment, TestSmtpServer } from '../../../../test/kit/smtp-server.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { systemClock } from '../../src/crypto/clock.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { stretchSecret } from '../../src/crypto/stretch.js';
import { createMailer } from '../../src/mail/mailer.js';
import { openStore } from '../../src/storage/open-store.js';

const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';

let folder: string;
let smtp: TestSmtpServer;

async function start(): Promise<TestProcess> {
  const { process } = await startServe({
    GRANTOR_DATABASE_URL: `sqlite:${folder}/grantor.db`,
    GRANTOR_SECRET: secret,
    GRANTOR_ISSUER: 'http://localhost:8888',
    GRANTOR_SMTP_URL: smtp.url,
    GRANTOR_MAIL_FROM: 'no-reply@example.com',
  });
  return process;
}

/**
 * Lets the dialogue stop at this moment, and kills the process once it waits.
 *
 * @param times after how many such moments
 * @param connections how many connections of the process wait then
 */
function killAt(moment: SmtpMoment, times = 1, connections = 1): (process: TestProcess) => Promise<void> {
  let count = 0;
  let waiting = 0;
  let kill = () => {};
  const allWait = new Promise<void>((resolve) => {
    kill = resolve;
  });
  smtp.hook = (at) => {
    if (at === moment) count += 1;
    if (count < times) return undefined;
    waiting += 1;
    if (waiting === connections) kill();
    return new Promise(() => {});
  };
  return async (process) => {
    await allWait;
    await process.stop('SIGKILL');
    smtp.hook = () => undefined;
    // As if the leases of the killed process had expired.
    execute('UPDATE mails SET next_attempt_at = 0 WHERE next_attempt_at IS NOT NULL');
  };
}

function execute(sql: string): void {
  const database = new Sqlite(`${folder}/grantor.db`);
  database.exec(sql);
  database.close();
}

it('neither loses nor doubles a mail when the process is killed while it sends', async () => {
  folder = await temporaryFolder();
  smtp = await TestSmtpServer.start();
  onTestFinished(() => smtp.stop());
  const store = await openStore(`sqlite:${folder}/grantor.db`);
  const mailer = createMailer({
    isConfigured: true,
    mails: store.mails,
    sealer: createSealer(await createDeploymentKeys({ secret }, stretchSecret), 'mail', systemRandom),
    clock: systemClock,
    random: systemRandom,
    wake: () => {},
    onFull: () => {},
  });
  const add = (to: string) => mailer.send({ template: 'noAccount', to, language: 'en', values: {} });
  const received = () => smtp.received.map(({ to }) => to).toSorted();

  await add('first@example.com');
  const beforeHandOver = killAt('recipient');
  await beforeHandOver(await start());
  expect(received()).toEqual([]);

  const afterHandOver = killAt('end of data');
  await afterHandOver(await start());
  expect(received()).toEqual(['first@example.com']);

  const addresses = ['first@example.com', ...Array.from({ length: 40 }, () => `${randomUUID()}@example.com`)];
  for (const to of addresses.slice(1)) await add(to);
  const amid = killAt('recipient', 20, 4);
  await amid(await start());

  const last = await start();
  while (smtp.received.length < addresses.length) await smtp.next();
  await last.stop();
  expect(received()).toEqual(addresses.toSorted());
  expect(await store.mails.claim(Number.MAX_SAFE_INTEGER, 0, 1)).toEqual([]);
  await store.close();
}, 120_000);
