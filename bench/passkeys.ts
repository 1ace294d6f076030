/**
 * Measures sign-ins with a passkey, one after the other: the page with its challenge, and the form with the signature. The
 * signature of the authenticator is not part of the time. Usage: npm run bench:passkeys [-- --short]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { passkeyOptionsOn, TestPasskey } from '../test/kit/authenticator.ts';
import { cpuSecondsOf } from './cpu-time.ts';
import { startGrantor } from './programs.ts';

const { values } = parseArgs({ options: { short: { type: 'boolean', default: false } } });
const SIGN_INS = values.short ? 20 : 500;
const WARM_UP = values.short ? 5 : 50;

const user = { username: 'bench@example.com', password: 'a password for the bench' };
const folder = await mkdtemp(join(tmpdir(), 'grantor-passkeys-'));
const program = await startGrantor({
  GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
  GRANTOR_ADMIN_EMAIL: user.username,
  GRANTOR_ADMIN_PASSWORD: user.password,
  GRANTOR_SIGN_INS_PER_ADDRESS: '1000000',
});
const origin = `http://localhost:${program.port}`;
const at = `http://127.0.0.1:${program.port}`;

try {
  const cookies = new Map<string, string>();
  const passkey = new TestPasskey(origin);
  await send(cookies, '/signin', { ...fieldsOn(await open(cookies, '/signin'), '/signin'), ...user });
  const section = await open(cookies, '/account/passkeys');
  const credential = passkey.create(passkeyOptionsOn({ html: section }));
  await send(cookies, '/account/passkeys/add', { ...fieldsOn(section, '/account/passkeys/add'), credential });
  const times: { page: number; form: number }[] = [];
  let cpu = 0;
  for (let index = 0; index < WARM_UP + SIGN_INS; index += 1) {
    if (index === WARM_UP) cpu = cpuSecondsOf(program.pid);
    cookies.delete('grantor_session');
    const before = performance.now();
    const page = await open(cookies, '/signin');
    const shown = performance.now();
    const response = passkey.get(passkeyOptionsOn({ html: page }));
    const fields = { ...fieldsOn(page, '/signin/passkey'), credential: response };
    const sent = performance.now();
    await send(cookies, '/signin/passkey', fields);
    if (!cookies.has('grantor_session')) throw new Error('the passkey was refused');
    if (index >= WARM_UP) times.push({ page: shown - before, form: performance.now() - sent });
  }
  const spent = ((cpuSecondsOf(program.pid) - cpu) / SIGN_INS) * 1000;
  console.log(`SQLite, ${SIGN_INS} sign-ins with a passkey, one after the other`);
  console.log(`page with a challenge   p50 ${medianOf(times.map(({ page }) => page)).toFixed(1)} ms`);
  console.log(`form with a signature   p50 ${medianOf(times.map(({ form }) => form)).toFixed(1)} ms`);
  console.log(`CPU of the server       ${spent.toFixed(1)} ms for each sign-in`);
} finally {
  await program.stop();
  await rm(folder, { recursive: true, force: true });
}

async function open(cookies: Map<string, string>, path: string): Promise<string> {
  return (await request(cookies, path, {})).text();
}

async function send(
  cookies: Map<string, string>,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  await (await request(cookies, path, { method: 'POST', body: new URLSearchParams(fields) })).arrayBuffer();
}

async function request(cookies: Map<string, string>, path: string, init: RequestInit): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(at + path, { ...init, redirect: 'manual', headers: { cookie } });
  for (const set of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
    cookies.set(name, value);
  }
  return response;
}

/** The hidden fields of the form with this action. */
function fieldsOn(html: string, action: string): Record<string, string> {
  const form = (html.match(/<form[\s\S]*?<\/form>/g) ?? []).find((text) =>
    text.includes(`action="${action}"`),
  );
  const tags = (form ?? '').match(/<input type="hidden"[^>]*>/g) ?? [];
  return Object.fromEntries(
    tags.flatMap((tag) => {
      const [, name] = / name="([^"]*)"/.exec(tag) ?? [];
      const [, value = ''] = / value="([^"]*)"/.exec(tag) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
