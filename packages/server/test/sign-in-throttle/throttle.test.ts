import { afterEach, describe, expect, it } from 'vitest';
import { type ServerOptions, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { attempt, browserAt, sizeOf } from './support.js';

describe('the limits of sign-ins (RFC 9700 §2, OWASP ASVS 5 6.3.1)', () => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  afterEach(() => grantor.stop());

  const start = async (settings: ServerOptions = {}) => {
    grantor = await startServer({
      settings: { trustedProxies: 1, ...settings.settings },
      clock: () => now,
    });
  };
  const statusOf = async (address: string, username: string, password?: string) =>
    (await attempt(grantor, browserAt(address), username, password)).status;
  const statusesOf = async (addresses: readonly string[], username: string) => {
    const statuses: number[] = [];
    for (const address of addresses) statuses.push(await statusOf(address, username));
    return statuses;
  };
  const addresses = (count: number) => Array.from({ length: count }, (_, index) => `203.0.113.${index + 1}`);

  it('an address over its limit adds nothing for the logins that it invents', async () => {
    await start({ settings: { signInsPerAddress: 3 } });
    const statuses: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      statuses.push(await statusOf('203.0.113.1', `invented-${index}@example.com`));
    }
    expect(statuses).toEqual([400, 400, 400, 429, 429, 429, 429, 429]);
    expect(sizeOf(grantor, 'sign-ins by address')).toBe(1);
    expect(sizeOf(grantor, 'sign-ins by login and address')).toBe(3);
    expect(sizeOf(grantor, 'sign-ins by login')).toBe(3);
  });

  it('a successful sign-in lowers the count of its address by one only', async () => {
    await start({ settings: { signInsPerAddress: 3 } });
    const { username, password } = grantor.user;
    expect(await statusOf('203.0.113.1', 'one@example.com')).toBe(400);
    expect(await statusOf('203.0.113.1', 'two@example.com')).toBe(400);
    expect(await statusOf('203.0.113.1', username, password)).toBe(303);
    expect(await statusOf('203.0.113.1', 'three@example.com')).toBe(400);
    expect(await statusOf('203.0.113.1', username, password)).toBe(429);
  });

  it('Retry-After is the rest of the window, also after further refusals', async () => {
    await start({ settings: { signInsPerAddress: 1 } });
    expect(await statusOf('203.0.113.1', 'one@example.com')).toBe(400);
    const waitOf = async () =>
      (await attempt(grantor, browserAt('203.0.113.1'), 'one@example.com')).headers.get('retry-after');
    now += 100;
    expect(await waitOf()).toBe('800');
    now += 500;
    expect(await waitOf()).toBe('300');
    now += 300;
    expect(await statusOf('203.0.113.1', 'one@example.com')).toBe(400);
  });

  it('guesses at one login from many addresses get 429, whether or not the login exists', async () => {
    await start({ settings: { signInsPerAccount: 4 } });
    for (const username of [grantor.user.username, 'invented@example.com']) {
      expect(await statusesOf(addresses(6), username)).toEqual([400, 400, 400, 400, 429, 429]);
    }
  });

  it('Retry-After of a login is the same whether or not the login exists', async () => {
    await start({ settings: { signInsPerAccount: 1 } });
    const responses: (readonly [number, string | null, string])[] = [];
    for (const username of [grantor.user.username, 'bob@example.com']) {
      await statusOf('203.0.113.1', username);
      const response = await attempt(grantor, browserAt('203.0.113.2'), username);
      const html = (await response.text())
        .replaceAll(username, '')
        .replace(/name="csrf_token" value="[^"]*"/, '');
      responses.push([
        response.status,
        response.headers.get('retry-after'),
        /role="alert"[\s\S]*?<\/p>/.exec(html)?.[0] ?? '',
      ]);
    }
    expect(responses[0]?.slice(0, 2)).toEqual([429, '3600']);
    expect(responses[1]).toEqual(responses[0]);
  });

  it('the count of a login does not block a browser that has signed in to it before', async () => {
    await start({ settings: { signInsPerAccount: 2 } });
    const { username, password } = grantor.user;
    const owner = browserAt('198.51.100.1');
    expect((await attempt(grantor, owner, username, password)).status).toBe(303);
    owner.forget('grantor_session');
    expect(await statusesOf(addresses(3), username)).toEqual([400, 400, 429]);
    expect(await statusOf('198.51.100.1', username, password)).toBe(429);
    expect((await attempt(grantor, owner, username, password)).status).toBe(303);
  });

  it('a browser that is known to one account is unknown to all others, and so is a changed cookie', async () => {
    await start({ settings: { signInsPerAccount: 1 } });
    const { username, password } = grantor.user;
    const other = { username: 'bob@example.com', password: 'difference-engine' };
    await grantor.api('POST', '/accounts', { email: other.username, password: other.password });
    const browser = browserAt('198.51.100.1');
    expect((await attempt(grantor, browser, other.username, other.password)).status).toBe(303);
    expect(await statusOf('203.0.113.1', username)).toBe(400);
    browser.forget('grantor_session');
    expect((await attempt(grantor, browser, username, password)).status).toBe(429);

    expect(await statusOf('203.0.113.1', other.username)).toBe(400);
    const known = browser.cookieValue('grantor_known_browser') ?? '';
    const changed = (known[30] === 'A' ? 'B' : 'A') + known.slice(31);
    expect(
      (await attempt(grantor, withCookie(`${known.slice(0, 30)}${changed}`), other.username, other.password))
        .status,
    ).toBe(429);
    expect((await attempt(grantor, withCookie(known), other.username, other.password)).status).toBe(303);
  });

  it('a known browser stays known to two accounts, and expires after half a year', async () => {
    await start({ settings: { signInsPerAccount: 1 } });
    const { username, password } = grantor.user;
    const other = { username: 'bob@example.com', password: 'difference-engine' };
    await grantor.api('POST', '/accounts', { email: other.username, password: other.password });
    const browser = browserAt('198.51.100.1');
    for (const each of [grantor.user, other]) {
      browser.forget('grantor_session');
      expect((await attempt(grantor, browser, each.username, each.password)).status).toBe(303);
    }
    for (const each of [grantor.user, other]) {
      expect(await statusOf('203.0.113.1', each.username)).toBe(400);
      browser.forget('grantor_session');
      expect((await attempt(grantor, browser, each.username, each.password)).status).toBe(303);
    }
    now += 180 * 86_400;
    expect(await statusOf('203.0.113.1', username)).toBe(400);
    expect((await attempt(grantor, browser, username, password)).status).toBe(429);
  });

  it('a new password makes every known browser unknown, since another user may have known the old one', async () => {
    await start({ settings: { signInsPerAccount: 1 } });
    const bob = { email: 'bob@example.com', password: 'difference-engine' };
    const { id } = (await (await grantor.api('POST', '/accounts', bob)).json()) as { id: string };
    const browser = browserAt('198.51.100.1');
    expect((await attempt(grantor, browser, bob.email, bob.password)).status).toBe(303);
    const password = 'another-difference-engine';
    expect((await grantor.api('PATCH', `/accounts/${id}`, { password })).status).toBe(200);
    expect(await statusOf('203.0.113.1', bob.email)).toBe(400);
    browser.forget('grantor_session');
    expect((await attempt(grantor, browser, bob.email, password)).status).toBe(429);
  });

  it('a known browser has ten failures of its own', async () => {
    await start();
    const { username, password } = grantor.user;
    const browser = browserAt('198.51.100.1');
    expect((await attempt(grantor, browser, username, password)).status).toBe(303);
    browser.forget('grantor_session');
    for (let count = 0; count < 10; count += 1) {
      expect((await attempt(grantor, browser, username)).status).toBe(400);
    }
    expect((await attempt(grantor, browser, username, password)).status).toBe(429);
  });

  it('an IPv6 address counts for its /64 and for its /48', async () => {
    await start({ settings: { signInsPerAddress: 1 } });
    expect(await statusOf('2001:db8:7:1::1', 'one@example.com')).toBe(400);
    expect(await statusOf('2001:db8:7:1::2', 'two@example.com')).toBe(429);
    const others = [2, 3, 4, 5].map((subnet) => `2001:db8:7:${subnet}::1`);
    expect(await statusesOf(others, 'three@example.com')).toEqual([400, 400, 400, 429]);
    expect(await statusOf('2001:db8:8:1::1', 'four@example.com')).toBe(400);
  });

  it('of two session cookies with the same name the first is used (RFC 6265 §4.2.2 leaves it to the server)', async () => {
    await start();
    const { username, password } = grantor.user;
    const browser = browserAt('198.51.100.1');
    await attempt(grantor, browser, username, password);
    const session = `grantor_session=${browser.cookieValue('grantor_session')}`;
    const planted = `grantor_session=${'A'.repeat(43)}`;
    const homeOf = async (cookie: string) =>
      (await fetch(`${grantor.issuer}/signin`, { redirect: 'manual', headers: { cookie } })).status;
    expect(await homeOf(`${session}; ${planted}`)).toBe(303);
    expect(await homeOf(`${planted}; ${session}`)).toBe(200);
  });

  /** A browser with nothing but this cookie of a known browser. */
  function withCookie(value: string) {
    const browser = browserAt('198.51.100.1');
    browser.plant('grantor_known_browser', value);
    return browser;
  }
});
