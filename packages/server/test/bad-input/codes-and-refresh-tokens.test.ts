import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectOAuthError } from './support/refusals.js';
import { authorizationRequest, exchange, identify, redirectUri } from './support/requests.js';
import { encodeForm } from './support/send.js';

describe.each(databases)('on %s', (database) => {
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer({ database });
  });
  afterAll(() => server.stop());

  describe('a code', () => {
    it('is refused when it has expired (RFC 6749 §4.1.2)', async () => {
      const code = await server.code(server.app);
      server.sleep(61);
      const reply = await server.token(exchange(server.app, code));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
    });

    it('is refused for another app, and stays valid for its own (RFC 6749 §5.2)', async () => {
      const code = await server.code(server.app);
      for (const thief of [server.otherApp, server.publicApp]) {
        const reply = await server.token(exchange(thief, code));
        expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
      }
      expect((await server.token(exchange(server.app, code))).status).toBe(200);
    });

    it('is refused at its second use (RFC 6749 §4.1.2)', async () => {
      const code = await server.code(server.app);
      expect((await server.token(exchange(server.app, code))).status).toBe(200);
      const reply = await server.token(exchange(server.app, code));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
    });

    it.each([
      ['a character missing', (code: string) => code.slice(0, -1)],
      ['a character more', (code: string) => `${code}A`],
      [
        'another case',
        (code: string) => code.replace(/[a-z]/i, (letter) => String.fromCharCode(letter.charCodeAt(0) ^ 32)),
      ],
      ['a space behind it', (code: string) => `${code} `],
      ['itself twice', (code: string) => code + code],
      ['its characters backwards', (code: string) => code.split('').toReversed().join('')],
    ])('is refused with %s, and stays valid', async (_what, garble) => {
      const code = await server.code(server.app);
      const reply = await server.token(exchange(server.app, { ...code, code: garble(code.code) }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code'" });
      expect((await server.token(exchange(server.app, code))).status).toBe(200);
    });

    it('is accepted with the verifier and challenge of RFC 7636 Appendix B', async () => {
      const { code } = await server.code(server.publicApp, {
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      });
      const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
      const wrong = { code, verifier: verifier.replace('d', 'e') };
      expectOAuthError(await server.token(exchange(server.publicApp, wrong)), {
        error: 'invalid_grant',
        names: "'code_verifier'",
      });
      expect((await server.token(exchange(server.publicApp, { code, verifier }))).status).toBe(200);
    });

    it.each([
      ['wrong', 'w'.repeat(43)],
      ['too short', 'w'.repeat(42)],
      ['too long', 'w'.repeat(129)],
      ['not of its alphabet', `${'w'.repeat(42)}+`],
      ['of letters beyond ASCII', 'é'.repeat(43)],
    ])('is refused with a verifier that is %s (RFC 7636 §4.6)', async (_what, verifier) => {
      const { code } = await server.code(server.publicApp);
      const reply = await server.token(exchange(server.publicApp, { code, verifier }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it('is refused with the challenge in place of the verifier (RFC 7636 §4.6)', async () => {
      const challenge = 'c'.repeat(43);
      const { code } = await server.code(server.app, { code_challenge: challenge });
      const reply = await server.token(exchange(server.app, { code, verifier: challenge }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it.each([
      ['missing', {}],
      ['empty', { code_verifier: '' }],
    ])('is refused with a challenge when the verifier is %s (RFC 7636 §4.5)', async (_what, sent) => {
      const { code_verifier: _, ...rest } = exchange(server.app, await server.code(server.app));
      const reply = await server.token({ ...rest, ...sent });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it('is refused with a verifier when there was no challenge (RFC 9700 §2.1.1)', async () => {
      const { code_challenge: _, code_challenge_method: __, ...bare } = authorizationRequest(server.app);
      const left = await server.browser.open(`${server.issuer}/oauth2/authorize?${encodeForm(bare)}`);
      const code = left.left?.searchParams.get('code') ?? '';
      expect(code).not.toBe('');
      const reply = await server.token(exchange(server.app, { code, verifier: 'v'.repeat(43) }));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'code_verifier'" });
    });

    it.each([
      ['another', `${redirectUri}2`],
      ["another's", 'https://evil.example/callback'],
      ['one with a slash', `${redirectUri}/`],
      ['one in capitals', redirectUri.toUpperCase()],
    ])('is refused with %s redirect_uri (RFC 6749 §4.1.3)', async (_what, uri) => {
      const parameters = exchange(server.app, await server.code(server.app));
      const reply = await server.token({ ...parameters, redirect_uri: uri });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'redirect_uri'" });
    });

    it('is refused without PKCE and without the redirect_uri that was sent (RFC 6749 §4.1.3)', async () => {
      const left = await server.browser.open(
        `${server.issuer}/oauth2/authorize?${encodeForm(authorizationRequest(server.app))}`,
      );
      const code = left.left?.searchParams.get('code') ?? '';
      const reply = await server.token({ grant_type: 'authorization_code', code, ...identify(server.app) });
      expectOAuthError(reply, { error: 'invalid_grant', names: "'redirect_uri'" });
    });
  });

  describe('a refresh token', () => {
    it('is refused when it has expired', async () => {
      const { refresh_token } = await server.tokens(server.app);
      server.sleep(60 * 86_400 + 1);
      const reply = await server.refresh(server.app, refresh_token);
      expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
    });

    it('is refused for another app, and stays valid for its own (RFC 6749 §6)', async () => {
      const { refresh_token } = await server.tokens(server.app);
      for (const thief of [server.otherApp, server.publicApp]) {
        const reply = await server.refresh(thief, refresh_token);
        expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
      }
      expect((await server.refresh(server.app, refresh_token)).status).toBe(200);
    });

    it.each([
      ['a character missing', (token: string) => token.slice(0, -1)],
      ['a character more', (token: string) => `${token}A`],
      ['a space before it', (token: string) => ` ${token}`],
    ])('is refused with %s, and stays valid', async (_what, garble) => {
      const { refresh_token } = await server.tokens(server.app);
      const reply = await server.refresh(server.app, garble(refresh_token));
      expectOAuthError(reply, { error: 'invalid_grant', names: "'refresh_token'" });
      expect((await server.refresh(server.app, refresh_token)).status).toBe(200);
    });

    it.each([['files:write'], ['openid files:write'], ['nonsense'], ['"openid"'], ['openid\u00a0profile']])(
      'is refused for the scope %s, which was not granted (RFC 6749 §6)',
      async (scope) => {
        const { refresh_token } = await server.tokens(server.app);
        expectOAuthError(await server.refresh(server.app, refresh_token, scope), {
          error: 'invalid_scope',
          names: "'scope'",
        });
        expect((await server.refresh(server.app, refresh_token)).status).toBe(200);
      },
    );

    it('is refused in place of a code, and a code in place of it', async () => {
      const { refresh_token } = await server.tokens(server.app);
      const asCode = exchange(server.app, { code: refresh_token, verifier: 'v'.repeat(43) });
      expectOAuthError(await server.token(asCode), { error: 'invalid_grant', names: "'code'" });
      const { code } = await server.code(server.app);
      expectOAuthError(await server.refresh(server.app, code), {
        error: 'invalid_grant',
        names: "'refresh_token'",
      });
    });
  });
});
