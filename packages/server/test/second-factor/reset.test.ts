import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { callerFor } from '../../../../test/kit/callers.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

describe('the reset of the factors of a user', () => {
  it('lets a user who lost the device sign in with the password alone', async () => {
    const user = await addUser(grantor);
    await addAuthenticator(grantor, user);
    const removed = await bodyOf(grantor.api('DELETE', `/accounts/${user.id}/factors`), 200);
    expect(removed).toEqual({ authenticator_app: true, passkeys: 0, recovery_codes: 2 });
    const browser = new HttpBrowser();
    await browser.signIn(await browser.open(`${grantor.issuer}/signin`), user);
    expect(browser.cookieValue('grantor_session')).toBeDefined();
    const again = await bodyOf(grantor.api('DELETE', `/accounts/${user.id}/factors`), 200);
    expect(again).toEqual({ authenticator_app: false, passkeys: 0, recovery_codes: 0 });
  });

  it('of an administrator needs a credential without limited scopes', async () => {
    const admin = await addUser(grantor, { isAdmin: true });
    await addAuthenticator(grantor, admin);
    const limited = await callerFor(grantor, admin, { scopes: ['grantor.accounts:write'] });
    expect((await limited.call('DELETE', `/accounts/${admin.id}/factors`)).status).toBe(403);
    expect(await grantor.server.store.secondFactors.findTotp(admin.id)).toBeDefined();
    expect((await grantor.api('DELETE', `/accounts/${admin.id}/factors`)).status).toBe(200);
  });

  it('of an unknown user is refused with 404', async () => {
    expect((await grantor.api('DELETE', '/accounts/unknown/factors')).status).toBe(404);
  });
});
