import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/crypto/hash.js';
import { browserStateCookieName } from '../../src/endpoints/check-session.endpoint.js';
import { createBrowsers } from '../../src/http/browser.js';

const key = randomBytes(32);
const keys = { current: { derive: () => key }, previous: undefined, earlier: [] };

function cookiesOf(issuer: string, cookieHeader: string | null = null) {
  const browsers = createBrowsers(issuer, keys, randomBytes);
  return {
    signIn: browsers.cookies(browsers.read(cookieHeader), {
      set: 'session',
      browserState: 'state',
      seconds: 60,
    }),
    signOut: browsers.cookies(browsers.read(cookieHeader), 'clear'),
  };
}

describe('the cookies', () => {
  it.each([
    ['https://auth.example.com', '__Host-grantor_session=', 'Path=/;', true],
    ['https://example.com/tenants/ada', '__Secure-grantor_session=', 'Path=/tenants/ada;', true],
    ['http://localhost:8888', 'grantor_session=', 'Path=/;', false],
    ['http://localhost:8888/tenants/ada', 'grantor_session=', 'Path=/tenants/ada;', false],
  ])('of %s are bound to its host or path (RFC 6265bis §4.1.3)', (issuer, name, path, secure) => {
    const { signIn } = cookiesOf(issuer);
    expect(signIn).toHaveLength(2);
    expect(signIn[0]?.startsWith(name)).toBe(true);
    for (const cookie of signIn) {
      expect(cookie).toContain(`; ${path}`);
      expect(cookie.includes('; Secure')).toBe(secure);
    }
  });

  it('of the state is deleted at sign-out only if the browser has it', () => {
    const issuer = 'https://auth.example.com';
    const stateName = browserStateCookieName(issuer);
    expect(cookiesOf(issuer).signOut).toHaveLength(1);
    const { signOut } = cookiesOf(issuer, `${stateName}=state`);
    expect(signOut).toHaveLength(2);
    expect(signOut[1]).toMatch(new RegExp(`^${stateName}=; Max-Age=0;`));
  });

  it('live as long as the longest session that can be configured, a year (RFC 6265bis §5.6.2)', () => {
    const browsers = createBrowsers('https://auth.example.com', keys, randomBytes);
    const year = 365 * 86_400;
    const [cookie] = browsers.cookies(browsers.read(null), { set: 'session', seconds: year });
    expect(cookie).toBe(
      `__Host-grantor_session=session; Max-Age=${year}; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
  });
});

describe('reading the cookies of a request', () => {
  const browsers = createBrowsers('http://localhost:8888', keys, randomBytes);

  it('uses the first of a name, as browsers send the more specific one first (RFC 6265bis §5.8.3)', () => {
    expect(browsers.read('grantor_session=first; grantor_session=second').session).toBe('first');
  });

  it.each([
    ['no value', 'grantor_session'],
    ['an empty value', 'grantor_session='],
    ['a value that the server does not set', 'grantor_session=a.b'],
    ['a value that is too long', `grantor_session=${'a'.repeat(129)}`],
    ['invalid percent-encoding', 'grantor_session=%E0%A4%A'],
    ['an encoded control character', 'grantor_session=%00'],
    ['another case', 'Grantor_Session=a'],
    ['a name that an object inherits', '__proto__=a; constructor=b; toString=c'],
    ['separators only', '=;;;=a; ;'],
  ])('ignores a cookie with %s', (_what, header) => {
    const { session, state, known, binding } = browsers.read(header);
    expect({ session, state, known, isKnown: binding.isKnown }).toEqual({ isKnown: false });
  });

  it('finds the session among many cookies of other programs, and uses few IDs of the browser', () => {
    const others = Array.from({ length: 1000 }, (_, index) => `other_${index}=${index}`);
    const ids = Array.from({ length: 1000 }, (_, index) => `grantor_browser_${index}=${index}`);
    const browser = browsers.read([...others, ...ids, '__proto__=x', 'grantor_session=here'].join('; '));
    expect(browser.session).toBe('here');
    expect(browser.binding.is(sha256('7'))).toBe(true);
    expect(browser.binding.is(sha256('8'))).toBe(false);
  });
});
