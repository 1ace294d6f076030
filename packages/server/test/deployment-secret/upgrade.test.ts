import { hkdfSync } from 'node:crypto';
import { expect, it } from 'vitest';
import { databases, startServer } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { createDeploymentKeys, currentOnly } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { claimsOf, hmac, jwt } from '../client-assertion/assertions.js';

const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';

/** Keys as versions before the secret was stretched derived them. */
const oldKeys = {
  current: { derive: (label: string) => Buffer.from(hkdfSync('sha256', secret, 'grantor', label, 32)) },
  earlier: [],
};

it.each(databases)(
  'a %s database that was encrypted without the stretch opens, and is encrypted with it at the start',
  async (database) => {
    const databaseUrl =
      database === 'postgres'
        ? await createPostgresDatabase()
        : `sqlite:${await temporaryFolder()}/grantor.db`;
    const settings = { secret, databaseUrl };
    const first = await startServer({ settings });
    const program = await registerApp(first, {
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    const published = await (await fetch(`${first.issuer}/oauth2/jwks`)).json();
    // The database as an older version left it.
    const keys = await createDeploymentKeys({ secret }, cheapStretch);
    const { store } = first.server;
    const sealWithoutStretch = (label: 'signing-keys' | 'client-secrets', sealed: string) =>
      createSealer(oldKeys, label, systemRandom).seal(
        createSealer(currentOnly(keys), label, systemRandom).open(sealed) ?? '',
      );
    for (const { kid, sealedPrivateJwk: sealed } of await store.keys.list()) {
      await store.keys.reseal(kid, sealed, sealWithoutStretch('signing-keys', sealed));
    }
    for (const { clientId, sealed } of await store.sealedSecrets.list(null, 10)) {
      await store.sealedSecrets.reseal(clientId, sealed, sealWithoutStretch('client-secrets', sealed));
    }
    await first.stop();

    const upgraded = await startServer({ settings });
    expect(await (await fetch(`${upgraded.issuer}/oauth2/jwks`)).json()).toEqual(published);
    const response = await fetch(`${upgraded.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: jwt(
          { alg: 'HS256' },
          claimsOf(program.id, upgraded.issuer),
          hmac(program.secret ?? ''),
        ),
      }),
    });
    expect(response.status, await response.text()).toBe(200);
    for (const { sealedPrivateJwk: sealed } of await upgraded.server.store.keys.list()) {
      expect(createSealer(currentOnly(keys), 'signing-keys', systemRandom).open(sealed)).toContain('"kty"');
    }
    for (const { sealed } of await upgraded.server.store.sealedSecrets.list(null, 10)) {
      expect(createSealer(currentOnly(keys), 'client-secrets', systemRandom).open(sealed)).toBe(
        program.secret,
      );
    }
    await upgraded.stop();
  },
);
