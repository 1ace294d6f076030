import type { TestServer } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createEventFactory } from '../../src/audit/events.js';
import { systemClock } from '../../src/crypto/clock.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createSealer } from '../../src/crypto/seal.js';
import { type Keyring, loadKeyring } from '../../src/keys/keyring.js';
import { createMemoryTables } from '../../src/memory/tables.js';

/** The keys of a running server, to sign what the server itself would not issue. */
export async function keyringOf({ server }: TestServer, secret: string): Promise<Keyring> {
  const keys = await createDeploymentKeys({ secret }, cheapStretch);
  return loadKeyring(
    {
      createEvent: createEventFactory(systemClock, systemRandom),
      store: server.store.keys,
      algorithms: ['ES256'],
      sealer: createSealer(keys, 'signing-keys', systemRandom),
      clock: systemClock,
      rotationSeconds: 0,
      tokenSeconds: 3600,
    },
    createMemoryTables(),
  );
}
