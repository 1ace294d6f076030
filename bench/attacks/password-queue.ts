/**
 * Passwords from many addresses, as a trusted proxy sends them: 1,200 attempts at once from 60 addresses while a user
 * signs in; then 300 guesses at one account from 30 addresses, and after them the sign-in of its owner.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Attack, below, type Figure } from '../attack.ts';
import { type Program, startGrantor } from '../programs.ts';
import { inParallel, openSignInForm } from '../sign-in-form.ts';

const OWNER = { username: 'owner@example.com', password: 'correct horse battery staple' };
/**
 * A browser that has signed in before comes first; others wait for their turn among the addresses. Most of the wait
 * is caused by the attack's own work on the same cores, so the bounds leave room for a busy machine.
 */
const MOST_KNOWN_SECONDS = 10;
const MOST_NEW_SECONDS = 20;
const GUESSES = 300;

export const run: Attack = async ({ short }) => {
  const folder = await mkdtemp(join(tmpdir(), 'grantor-attack-'));
  const server = await startGrantor({
    GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
    GRANTOR_TRUSTED_PROXIES: '1',
    GRANTOR_ADMIN_EMAIL: OWNER.username,
    GRANTOR_ADMIN_PASSWORD: OWNER.password,
  });
  try {
    return [...(await flood(server, short ? 300 : 1200)), ...(await guesses(server))];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

async function flood({ port }: Program, attempts: number): Promise<readonly Figure[]> {
  const before = await (await openSignInForm(port, '198.51.100.1')).send(
    '198.51.100.1',
    OWNER.username,
    OWNER.password,
  );
  const known = await openSignInForm(port, '198.51.100.1', { known: before.cookies });
  const fresh = await openSignInForm(port, '198.51.100.2');
  const attacker = await openSignInForm(port, '203.0.113.1');
  const statuses: number[] = [];
  const flooding = inParallel(attempts, attempts, async (index) => {
    const address = `203.0.113.${(index % 60) + 1}`;
    const { status } = await attacker.send(address, `invented-${index}@example.com`, 'a guess');
    statuses.push(status);
  });
  await sleep(100);
  const [ofKnown, ofFresh] = await Promise.all([
    known.send('198.51.100.1', OWNER.username, OWNER.password),
    fresh.send('198.51.100.2', OWNER.username, OWNER.password),
  ]);
  await flooding;
  const busy = statuses.filter((status) => status === 503).length;
  return [
    below(`sign-in of a known browser in ${attempts} attempts`, ofKnown.seconds, MOST_KNOWN_SECONDS, 's'),
    below(`sign-in of a new browser in ${attempts} attempts`, ofFresh.seconds, MOST_NEW_SECONDS, 's'),
    equal('status of the known browser', ofKnown.status, 303),
    { figure: 'attempts answered 503', value: busy, bound: 'over 0', held: busy > 0 },
  ];
}

async function guesses({ port }: Program): Promise<readonly Figure[]> {
  const attacker = await openSignInForm(port, '192.0.2.1');
  const statuses: number[] = [];
  await inParallel(GUESSES, 2, async (index) => {
    const address = `192.0.2.${(index % 30) + 1}`;
    statuses.push((await attacker.send(address, OWNER.username, `guess ${index}`)).status);
  });
  const signedIn = await (await openSignInForm(port, '198.51.100.3')).send('198.51.100.3', 'x', 'y');
  const tried = statuses.filter((status) => status === 400).length;
  return [
    below(`of ${GUESSES} guesses at one account, those that were tried`, tried, 51, ''),
    equal('status of another login meanwhile', signedIn.status, 400),
  ];
}

function equal(figure: string, value: number, bound: number): Figure {
  return { figure, value, bound: String(bound), held: value === bound };
}
