import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { addUser } from '../../../../test/kit/users.js';
import type { AttackedServer } from '../bad-input/support/attacked-server.js';
import { expectOAuthError } from '../bad-input/support/refusals.js';
import { authorizationPath, exchange } from '../bad-input/support/requests.js';

/** Counts how often passwords are verified, and on what. */
const verified = vi.fn(verify);

let server: AttackedServer;
beforeAll(async () => {
  vi.doMock('@node-rs/argon2', async (importOriginal) => ({
    ...(await importOriginal<typeof import('@node-rs/argon2')>()),
    verify: verified,
  }));
  // Test files share their modules: the server of this file is loaded again, with the count.
  vi.resetModules();
  const { startAttackedServer } = await import('../bad-input/support/attacked-server.js');
  server = await startAttackedServer();
});
afterAll(async () => {
  vi.doUnmock('@node-rs/argon2');
  vi.resetModules();
  await server.stop();
});

const addressOf = (changes?: Readonly<Record<string, string>>) =>
  server.issuer + authorizationPath(server.app, changes);

async function disable(username: string): Promise<void> {
  const { accounts } = server.grantor.server.store;
  const account = await accounts.findByLogin(username);
  await accounts.update(account?.id ?? '', () => ({ disabledAt: server.now(), updatedAt: server.now() }));
}

async function signIn(username: string, password: string) {
  const browser = new HttpBrowser();
  const page = await browser.open(`${server.issuer}/signin`);
  return browser.signIn(page, { username, password });
}

describe('a disabled user', () => {
  it('loses all access at once: session, code, refresh, tokens (CVE-2026-9798)', async () => {
    const user = await addUser(server.grantor, { username: 'charles@example.com' });
    const browser = new HttpBrowser();
    const left = await connect(browser, addressOf(), user);
    const kept = { code: left.searchParams.get('code') ?? '', verifier: 'v'.repeat(43) };
    const again = await browser.open(addressOf());
    const used = { code: again.left?.searchParams.get('code') ?? '', verifier: 'v'.repeat(43) };
    const reply = await server.token(exchange(server.app, used));
    const tokens = JSON.parse(reply.body) as { access_token: string; refresh_token: string };

    await disable(user.username);

    expectOAuthError(await server.token(exchange(server.app, kept)), {
      error: 'invalid_grant',
      names: "'code'",
    });
    expectOAuthError(await server.refresh(server.app, tokens.refresh_token), {
      error: 'invalid_grant',
      names: "'refresh_token'",
    });
    expect((await server.userinfo(tokens.access_token)).status).toBe(401);
    const page = await browser.open(addressOf());
    expect(page.html).toContain('id="sign-in"');
    const attempt = await browser.signIn(page, user);
    expect(attempt.status).toBe(400);
  });
});

describe('the existence of an account is not disclosed', () => {
  it('by the cost of an attempt: each checks one argon2id hash of the same cost', async () => {
    const { password } = await addUser(server.grantor, { username: 'mary@example.com' });
    await addUser(server.grantor, { username: 'disabled@example.com' });
    await disable('disabled@example.com');
    const seen: string[] = [];
    for (const [username, attempt] of [
      ['mary@example.com', 'wrong'],
      ['unknown@example.com', 'wrong'],
      ['', 'wrong'],
      ['disabled@example.com', password],
    ] as const) {
      verified.mockClear();
      await signIn(username, attempt);
      expect(verified).toHaveBeenCalledTimes(1);
      const [hash] = verified.mock.lastCall ?? [];
      seen.push(/^\$argon2id\$v=19\$[^$]+/.exec(String(hash))?.[0] ?? '');
    }
    expect(new Set(seen)).toEqual(new Set(['$argon2id$v=19$m=19456,t=2,p=1']));
  });

  it('by the message: an unknown login, a disabled account and a wrong password have the same message', async () => {
    const { password } = await addUser(server.grantor, { username: 'locked@example.com' });
    await disable('locked@example.com');
    const pages = await Promise.all([
      signIn('someone@example.com', 'wrong'),
      signIn('locked@example.com', password),
      signIn(server.grantor.user.username, 'wrong'),
    ]);
    const words = pages.map(({ status, html }) => `${status} ${/role="alert"[\s\S]*?<\/p>/.exec(html)?.[0]}`);
    expect(new Set(words).size).toBe(1);
  });

  it('by a password over the maximum length: it is not hashed for any account', async () => {
    verified.mockClear();
    await signIn('someone@example.com', 'a'.repeat(513));
    await signIn(server.grantor.user.username, 'a'.repeat(513));
    expect(verified).not.toHaveBeenCalled();
  });
});

describe('guessing a password', () => {
  it('ends after ten attempts, also simultaneous ones: brute force (CWE-307)', async () => {
    await addUser(server.grantor, { username: 'target@example.com' });
    const pages = await Promise.all(
      Array.from({ length: 25 }, (_, at) => signIn('target@example.com', `guess ${at}`)),
    );
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(10);
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(15);
    for (const { status, response } of pages) {
      expect(response.headers.has('retry-after')).toBe(status === 429);
    }
  });

  it('counts other spellings of the login too', async () => {
    const { password } = await addUser(server.grantor, { username: 'spelled@example.com' });
    for (let at = 0; at < 10; at += 1) {
      const spelling = at % 2 === 0 ? 'SPELLED@example.com ' : 'ｓpelled@example.com';
      expect((await signIn(spelling, 'guess')).status).toBe(400);
    }
    expect((await signIn('spelled@example.com', password)).status).toBe(429);
  });

  it('does not lock out other users meanwhile', async () => {
    const { username, password } = server.grantor.user;
    expect((await signIn(username, password)).status).toBe(200);
  });
});
