import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { createEvents } from '../../src/audit/events.js';
import { systemClock } from '../../src/crypto/clock.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { loadKeyring } from '../../src/keys/keyring.js';
import { createMemoryTables } from '../../src/memory/tables.js';

describe('one kind of token cannot pass for another (RFC 8725 §3.11)', () => {
  const secret = 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py';
  let grantor: TestGrantor;
  beforeAll(async () => {
    grantor = await startGrantor({ settings: { secret } });
  });
  afterAll(() => grantor.stop());

  it.each([
    ['at+jwt', 200],
    ['JWT', 401],
    ['logout+jwt', 401],
  ])(
    'the claims of an access token, signed by the server as %s, are answered with %d',
    async (type, status) => {
      const app = await registerApp(grantor);
      const claims = decodeJwt((await app.tokens()).access_token);
      const sealer = createSealer(
        await createDeploymentKeys({ secret }, cheapStretch),
        'signing-keys',
        systemRandom,
      );
      const keyring = await loadKeyring(
        {
          describe: createEvents(systemClock, systemRandom),
          store: grantor.server.store.keys,
          algorithms: ['ES256'],
          sealer,
          clock: systemClock,
          rotationSeconds: 0,
          tokenSeconds: 3600,
        },
        createMemoryTables(),
      );

      const token = await keyring.sign('ES256', type, claims);

      expect((await app.userinfo(token)).status).toBe(status);
    },
  );
});
