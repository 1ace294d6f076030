import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const API = 'https://api.example.com/v1';
const origin = 'https://app.example.com';

describe.each(['jwt', 'opaque'])(
  'userinfo with %s access tokens (OpenID Connect Core 1.0 §5.3)',
  (format) => {
    let grantor: TestServer;
    let app: TestApp;
    let now = Math.floor(Date.now() / 1000);
    beforeAll(async () => {
      grantor = await startServer({ settings: { resources: [API] }, clock: () => now });
      app = await registerApp(grantor, { access_token_format: format });
    });
    afterAll(() => grantor.stop());

    const claimsWith = async (scope: string) =>
      (await app.userinfo((await app.tokens({ scope })).access_token)).json();

    it('returns the claims of the scopes, and no others (§5.4)', async () => {
      const sub = expect.any(String) as string;
      expect(await claimsWith('openid')).toEqual({ sub });
      expect(await claimsWith('openid email')).toEqual({
        sub,
        email: 'ada@example.com',
        email_verified: true,
      });
      expect(await claimsWith('openid profile')).toEqual({
        sub,
        name: 'Ada Lovelace',
        given_name: 'Ada',
        family_name: 'Lovelace',
        preferred_username: 'ada@example.com',
        updated_at: expect.any(Number),
      });
    });

    it('responds to GET and POST, with the token in the header or in a form (RFC 6750 §2)', async () => {
      const { access_token: token } = await app.tokens({ scope: 'openid email' });
      const url = `${grantor.issuer}/oauth2/userinfo`;
      const headers = { authorization: `Bearer ${token}` };
      const responses = await Promise.all([
        fetch(url, { headers }),
        fetch(url, { method: 'POST', headers }),
        fetch(url, { method: 'POST', body: new URLSearchParams({ access_token: token }) }),
      ]);
      for (const answer of responses) {
        expect(answer.status).toBe(200);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(await answer.json()).toMatchObject({ email: 'ada@example.com' });
      }
    });

    it('refuses a token without openid, naming the scope it needs (RFC 6750 §3.1)', async () => {
      const response = await app.userinfo((await app.tokens({ scope: 'files:read' })).access_token);
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    });

    it('challenges without an error if no token is sent, and with one if it is invalid (RFC 6750 §3)', async () => {
      const bare = await fetch(`${grantor.issuer}/oauth2/userinfo`);
      expect(bare.status).toBe(401);
      expect(bare.headers.get('www-authenticate')).toBe(`Bearer realm="${grantor.issuer}"`);
      const wrong = await app.userinfo('not.a.token');
      expect(wrong.status).toBe(401);
      expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    describe('accepts only tokens for the issuer and for the default audience of the client (RFC 9068 §4)', () => {
      const refusedAt = async (response: Response, allowOrigin: string) => {
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ error: 'invalid_token' });
        expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
        expect(response.headers.get('access-control-allow-origin')).toBe(allowOrigin);
        expect(response.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
      };

      it('refuses one for another resource in the header and in a form, readable by the page that sent it', async () => {
        const { access_token: token } = await app.tokens({ scope: 'openid email', resource: API });
        await refusedAt(await app.userinfo(token), '*');
        const body = new URLSearchParams({ access_token: token });
        await refusedAt(await fetch(`${grantor.issuer}/oauth2/userinfo`, { method: 'POST', body }), '*');
      });

      it('lets only the allowed origins of the client read the refusal', async () => {
        const page = await registerApp(grantor, { access_token_format: format, allowed_origins: [origin] });
        const { access_token: token } = await page.tokens({ scope: 'openid email', resource: API });
        const headers = { authorization: `Bearer ${token}`, origin };
        await refusedAt(await fetch(`${grantor.issuer}/oauth2/userinfo`, { headers }), origin);
      });

      it('accepts a token for the issuer, requested in any way, and for the registered audience', async () => {
        const claims = { email: 'ada@example.com' };
        for (const resource of [grantor.issuer, `${grantor.issuer}/`]) {
          const tokens = await app.tokens({ scope: 'openid email', resource });
          expect(await (await app.userinfo(tokens.access_token)).json()).toMatchObject(claims);
        }
        const ownAudience = await registerApp(grantor, { access_token_format: format, audience: API });
        const { access_token: token } = await ownAudience.tokens({ scope: 'openid email' });
        expect(await (await ownAudience.userinfo(token)).json()).toMatchObject(claims);
      });
    });

    it('a token ends after its 900 seconds', async () => {
      const { access_token: token } = await app.tokens();
      now += 899;
      expect((await app.userinfo(token)).status).toBe(200);
      now += 1;
      expect((await app.userinfo(token)).status).toBe(401);
    });
  },
);
