import { expect, it } from 'vitest';
import { type Backend, NOW } from './fixtures.js';
import { grantRow, signedInRows, upgraded } from './upgrade.js';

export function grantsEndWithSessionContract(backend: Backend): void {
  it('ends the sign-ins of older versions with their session, and leaves offline and other access', async () => {
    const scopes = [['openid', 'email'], ['openid', 'offline_access'], ['openid:like'], ['contacts:read']];
    const grants = scopes.map((names) => grantRow(names.join(' '), names));
    const store = await upgraded(backend, 'grants-end-with-session', [...signedInRows, ...grants]);
    // Sessions of older versions began with a password.
    expect((await store.sessions.find('cookie', NOW + 1))?.session).toMatchObject({
      acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      amr: ['pwd'],
    });
    await store.sessions.end('cookie', NOW + 1);
    const ended = await Promise.all(
      scopes.map(async (names) => (await store.grants.find(names.join(' ')))?.grant.revokedAt),
    );
    expect(ended).toEqual([NOW + 1, null, null, null]);
    await store.close();
  });
}
