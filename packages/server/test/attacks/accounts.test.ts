import { verify } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { expectOAuthError } from '../bad-input/support/refusals.js';
import { encodeForm } from '../bad-input/support/send.js';
import {
  addPerson,
  authorizationRequest,
  challengeOf,
  exchange,
  startWorld,
  type World,
} from '../bad-input/support/world.js';

// The real thing, with a count of how often it was used and on what.
vi.mock('@node-rs/argon2', async (importOriginal) => {
  const original = await importOriginal<typeof import('@node-rs/argon2')>();
  return { ...original, verify: vi.fn(original.verify) };
});

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const addressOf = (changes: Readonly<Record<string, string>> = {}) =>
  `${world.issuer}/oauth2/authorize?${encodeForm({
    ...authorizationRequest(world.app),
    code_challenge: challengeOf('v'.repeat(43)),
    code_challenge_method: 'S256',
    ...changes,
  })}`;

async function disable(username: string): Promise<void> {
  const { accounts } = world.grantor.server.store;
  const account = await accounts.findByLogin(username);
  await accounts.update(account?.id ?? '', () => ({ disabledAt: world.now(), updatedAt: world.now() }));
}

async function signIn(username: string, password: string) {
  const browser = new HttpBrowser();
  const page = await browser.open(`${world.issuer}/signin`);
  return browser.signIn(page, { username, password });
}

describe('a disabled user', () => {
  it('is out everywhere at once: session, code, refresh, tokens (CVE-2026-9798)', async () => {
    const user = await addPerson(world, 'charles@example.com');
    const browser = new HttpBrowser();
    const left = await connect(browser, addressOf(), user);
    const kept = { code: left.searchParams.get('code') ?? '', verifier: 'v'.repeat(43) };
    const again = await browser.open(addressOf());
    const used = { code: again.left?.searchParams.get('code') ?? '', verifier: 'v'.repeat(43) };
    const reply = await world.token(exchange(world.app, used));
    const tokens = JSON.parse(reply.body) as { access_token: string; refresh_token: string };

    await disable(user.username);

    expectOAuthError(await world.token(exchange(world.app, kept)), {
      error: 'invalid_grant',
      names: "'code'",
    });
    expectOAuthError(await world.refresh(world.app, tokens.refresh_token), {
      error: 'invalid_grant',
      names: "'refresh_token'",
    });
    expect((await world.userinfo(tokens.access_token)).status).toBe(401);
    const page = await browser.open(addressOf());
    expect(page.html).toContain('id="sign-in"');
    const attempt = await browser.signIn(page, user);
    expect(attempt.status).toBe(400);
  });
});

describe('who has an account cannot be found out', () => {
  it('from the work that is done: each attempt checks one argon2id hash of the same cost', async () => {
    const { password } = await addPerson(world, 'mary@example.com');
    await addPerson(world, 'disabled@example.com');
    await disable('disabled@example.com');
    const seen: string[] = [];
    for (const [username, attempt] of [
      ['mary@example.com', 'wrong'],
      ['nobody@example.com', 'wrong'],
      ['', 'wrong'],
      ['disabled@example.com', password],
    ] as const) {
      vi.mocked(verify).mockClear();
      await signIn(username, attempt);
      expect(vi.mocked(verify)).toHaveBeenCalledTimes(1);
      const [hash] = vi.mocked(verify).mock.lastCall ?? [];
      seen.push(/^\$argon2id\$v=19\$[^$]+/.exec(String(hash))?.[0] ?? '');
    }
    expect(new Set(seen)).toEqual(new Set(['$argon2id$v=19$m=19456,t=2,p=1']));
  });

  it('from the words: an unknown, a disabled and a wrong one read the same', async () => {
    const { password } = await addPerson(world, 'locked@example.com');
    await disable('locked@example.com');
    const pages = await Promise.all([
      signIn('someone@example.com', 'wrong'),
      signIn('locked@example.com', password),
      signIn(world.grantor.user.username, 'wrong'),
    ]);
    const words = pages.map(({ status, html }) => `${status} ${/role="alert"[\s\S]*?<\/p>/.exec(html)?.[0]}`);
    expect(new Set(words).size).toBe(1);
  });

  it('from a password that is too long to be one: it costs no hashing, for every account', async () => {
    vi.mocked(verify).mockClear();
    await signIn('someone@example.com', 'a'.repeat(513));
    await signIn(world.grantor.user.username, 'a'.repeat(513));
    expect(vi.mocked(verify)).not.toHaveBeenCalled();
  });
});

describe('guessing a password', () => {
  it('ends after ten tries, be they all at once: brute force (CWE-307)', async () => {
    await addPerson(world, 'target@example.com');
    const pages = await Promise.all(
      Array.from({ length: 25 }, (_, at) => signIn('target@example.com', `guess ${at}`)),
    );
    expect(pages.filter(({ status }) => status === 400)).toHaveLength(10);
    expect(pages.filter(({ status }) => status === 429)).toHaveLength(15);
    for (const { status, response } of pages) {
      expect(response.headers.has('retry-after')).toBe(status === 429);
    }
  });

  it('does not begin again with another spelling of the name', async () => {
    const { password } = await addPerson(world, 'spelled@example.com');
    for (let at = 0; at < 10; at += 1) {
      const spelling = at % 2 === 0 ? 'SPELLED@example.com ' : 'ｓpelled@example.com';
      expect((await signIn(spelling, 'guess')).status).toBe(400);
    }
    expect((await signIn('spelled@example.com', password)).status).toBe(429);
  });

  it('does not lock out other users meanwhile', async () => {
    const { username, password } = world.grantor.user;
    expect((await signIn(username, password)).status).toBe(200);
  });
});
