import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Binding, Store } from '../../src/storage/ports/index.js';
import {
  type Backend,
  client,
  NOW,
  noTokens,
  seedGrant,
  seedTokens,
  successorOf,
  tokens,
} from './fixtures.js';
import { grantRow, signedInRows, upgraded } from './upgrade.js';

const bindings: readonly Binding[] = ['none', { jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }];

export function tokenBindingsContract(store: () => Store, backend: Backend): void {
  describe('the binding of a token', () => {
    it.each(bindings)('stays with the tokens of a grant and with those of a client: %j', async (binding) => {
      const { grants, clients, clientTokens } = store();
      const { grant, code } = await seedGrant(store());
      const { accessToken, refreshToken } = tokens(grant.id);
      const bound = {
        grantId: grant.id,
        accessToken: { ...accessToken, binding },
        refreshToken: { ...refreshToken, binding },
      };
      await grants.redeemCode(code.hash, bound, NOW);
      expect((await grants.findOpaqueAccessToken(accessToken.hash))?.token).toEqual(bound.accessToken);
      expect((await grants.findRefreshToken(refreshToken))?.token).toMatchObject({
        state: 'current',
        binding,
      });

      const app = client();
      await clients.create(app);
      const own = { ...accessToken, hash: randomUUID(), clientId: app.id, credentialsVersion: 0, binding };
      await clientTokens.create(own);
      expect(await clientTokens.find(own.hash)).toEqual(own);
    });

    it('is that of the successor once a refresh token is spent, and stays while it is kept', async () => {
      const { grants } = store();
      const { grant, refreshToken } = await seedTokens(store());
      const { refreshToken: successor } = successorOf(refreshToken);
      const [, binding = 'none'] = bindings;
      const next = { ...noTokens(grant.id), refreshToken: { ...successor, binding } };
      await grants.rotateRefreshToken(refreshToken, next, 'sealed', NOW);
      expect((await grants.findRefreshToken(refreshToken))?.token).toMatchObject({ state: 'spent', binding });
      const late = { ...noTokens(grant.id), refreshToken: successorOf(refreshToken).refreshToken };
      expect(await grants.rotateRefreshToken(refreshToken, late, 'sealed', NOW)).toMatchObject({
        outcome: 'alreadyRotated',
        token: { binding },
      });
      await grants.keepRefreshToken(successor, noTokens(grant.id), NOW + 60, NOW);
      expect((await grants.findRefreshToken(successor))?.token).toMatchObject({ state: 'current', binding });
    });

    it('is none for the tokens of older versions', async () => {
      const upgrade = await upgraded(backend, 'token-bindings', [
        ...signedInRows,
        grantRow('grant', ['openid']),
        `INSERT INTO opaque_access_tokens (hash, grant_id, scopes, expires_at) VALUES ('access', 'grant', '[]', ${NOW})`,
        `INSERT INTO client_access_tokens (hash, client_id, scopes, audience, issued_at, expires_at)
          VALUES ('own', 'app', '[]', '[]', ${NOW}, ${NOW})`,
        `INSERT INTO refresh_token_families (hash, grant_id, token_hash, created_at, expires_at)
          VALUES ('family', 'grant', 'refresh', ${NOW}, ${NOW})`,
      ]);
      const refresh = await upgrade.grants.findRefreshToken({ familyHash: 'family', hash: 'refresh' });
      const access = await upgrade.grants.findOpaqueAccessToken('access');
      const own = await upgrade.clientTokens.find('own');
      expect([refresh?.token, access?.token, own].map((token) => token?.binding)).toEqual([
        'none',
        'none',
        'none',
      ]);
      await upgrade.close();
    });
  });
}
