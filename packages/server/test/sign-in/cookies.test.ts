import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
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

  it('of the state is deleted at sign-out only where the browser has it', () => {
    const issuer = 'https://auth.example.com';
    const stateName = browserStateCookieName(issuer);
    expect(cookiesOf(issuer).signOut).toHaveLength(1);
    const { signOut } = cookiesOf(issuer, `${stateName}=state`);
    expect(signOut).toHaveLength(2);
    expect(signOut[1]).toMatch(new RegExp(`^${stateName}=; .*Max-Age=0$`));
  });
});
