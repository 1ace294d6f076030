import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendAtOnce } from '../../../../test/kit/at-once.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';

const invalidGrant = { status: 400, error: 'invalid_grant' };

describe.each(databases)('a code is valid for one redemption, on %s (RFC 6749 §4.1.2)', (database) => {
  let grantor: TestServer;
  let app: TestApp;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
    app = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  it.each(['jwt', 'opaque'])(
    'its second use is refused and revokes the tokens of the first (%s access tokens)',
    async (format) => {
      const other = await registerApp(grantor, { access_token_format: format });
      const code = await other.code();
      const tokens = (await (await other.exchange(code)).json()) as TestTokens;
      expect((await other.userinfo(tokens.access_token)).status).toBe(200);

      expect(await refusalOf(await other.exchange(code))).toEqual(invalidGrant);

      expect((await other.userinfo(tokens.access_token)).status).toBe(401);
      expect(await refusalOf(await other.refresh(tokens.refresh_token))).toEqual(invalidGrant);
    },
  );

  it('the attempt of another client is refused, and the token stays valid', async () => {
    const thief = await registerApp(grantor);
    const code = await app.code();
    expect(await refusalOf(await thief.exchange(code, { code_verifier: app.verifier }))).toEqual(
      invalidGrant,
    );
    const tokens = (await (await app.exchange(code)).json()) as TestTokens;
    expect(await refusalOf(await thief.exchange(code, { code_verifier: app.verifier }))).toEqual(
      invalidGrant,
    );
    expect((await app.userinfo(tokens.access_token)).status).toBe(200);
  });

  it('it expires after 60 seconds', async () => {
    const [inTime, late] = [await app.code(), await app.code()];
    now += 59;
    expect((await app.exchange(inTime)).status).toBe(200);
    now += 1;
    expect(await refusalOf(await app.exchange(late))).toEqual(invalidGrant);
  });

  it('the redirect URI must be that of the request (RFC 6749 §4.1.3)', async () => {
    const code = await app.code();
    const response = await app.exchange(code, { redirect_uri: 'https://app.example.com/other' });
    expect(await refusalOf(response)).toEqual(invalidGrant);
    expect((await app.exchange(code)).status).toBe(200);
  });

  it('without PKCE, the redirect URI must be repeated', async () => {
    const code = await app.code({ code_challenge: undefined, code_challenge_method: undefined });
    const response = await app.exchange(code, { code_verifier: undefined, redirect_uri: undefined });
    expect(await refusalOf(response)).toEqual(invalidGrant);
    expect((await app.exchange(code, { code_verifier: undefined })).status).toBe(200);
  });

  it('with PKCE, the redirect URI may be left out (OAuth 2.1 §10.2)', async () => {
    expect((await app.exchange(await app.code(), { redirect_uri: undefined })).status).toBe(200);
  });

  it('the verifier is required, must match, and needs a challenge (RFC 7636 §4.6)', async () => {
    const code = await app.code();
    expect(await refusalOf(await app.exchange(code, { code_verifier: undefined }))).toEqual(invalidGrant);
    expect(await refusalOf(await app.exchange(code, { code_verifier: 'a'.repeat(43) }))).toEqual(
      invalidGrant,
    );
    expect((await app.exchange(code)).status).toBe(200);
    const unannounced = await app.code({ code_challenge: undefined, code_challenge_method: undefined });
    expect(await refusalOf(await app.exchange(unannounced))).toEqual(invalidGrant);
  });

  it('of 200 simultaneous redemptions exactly one succeeds, and the others revoke its tokens', async () => {
    const code = await app.code();

    const responses = await sendAtOnce(Array.from({ length: 200 }, () => app.exchangeForm(code)));

    const won = responses.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const lost = responses.filter(({ status }) => status !== 200);
    for (const { status, text } of lost) {
      expect({ status, error: (JSON.parse(text) as { error: unknown }).error }).toEqual(invalidGrant);
    }
    // The losers are second uses: the server cannot tell which of them was the app.
    const tokens = JSON.parse(won[0]?.text ?? '') as TestTokens;
    expect((await app.userinfo(tokens.access_token)).status).toBe(401);
  });
});
