import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerSiteApp } from '../back-channel-logout/support.js';

describe('an app that a user is signed in to (Back-Channel Logout 1.0 §2.5)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { outboundHosts: ['localhost'] } });
  });
  afterAll(() => grantor.stop());

  it.each([
    ['disabled', { disabled: true }],
    ['given a new password', { password: 'a password that is another one' }],
  ])('is notified at once that the session has ended when the user is %s', async (_, change) => {
    const { app, site, received } = await registerSiteApp(grantor);
    onTestFinished(() => site.stop());
    const { id_token: idToken } = await app.tokens();
    const { accounts } = grantor.server.store;
    const account = await accounts.findByLogin(grantor.user.username);
    const path = `/accounts/${account?.id}`;
    expect((await grantor.api('PATCH', path, change)).status).toBe(200);
    await expect.poll(received).toHaveLength(1);
    const [token = ''] = received();
    expect(decodeJwt(token)).toMatchObject({
      aud: app.id,
      sub: decodeJwt(idToken).sub,
      sid: decodeJwt(idToken).sid,
    });
    const back = { disabled: false, password: grantor.user.password };
    expect((await grantor.api('PATCH', path, back)).status).toBe(200);
  });

  it('is notified at once when all access of the user is ended', async () => {
    const { app, site, received } = await registerSiteApp(grantor);
    onTestFinished(() => site.stop());
    const { id_token: idToken } = await app.tokens();
    const account = await grantor.server.store.accounts.findByLogin(grantor.user.username);
    expect((await grantor.api('DELETE', `/accounts/${account?.id}/access`)).status).toBe(200);
    await expect.poll(received).toHaveLength(1);
    expect(decodeJwt(received()[0] ?? '')).toMatchObject({ aud: app.id, sid: decodeJwt(idToken).sid });
  });
});
