import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestServer } from '../../../../test/kit/servers.js';
import type { ImportFormat } from '../../src/accounts/import/formats.js';
import { importUsers } from '../../src/accounts/import/import-users.js';
import { createEventFactory } from '../../src/audit/events.js';
import { systemClock } from '../../src/crypto/clock.js';
import { systemRandom } from '../../src/crypto/random.js';
import type { ExistingUsers } from '../../src/storage/ports/index.js';

const samples = fileURLToPath(new URL('../../../../samples/import/', import.meta.url));

/** Imports a file of `samples/import`. */
export function importSample(
  { server: { store } }: TestServer,
  name: string,
  format: ImportFormat,
  existing: ExistingUsers = 'skip',
) {
  return importUsers(
    { ...store, clock: systemClock, createEvent: createEventFactory(systemClock, systemRandom) },
    createReadStream(samples + name, 'utf8') as AsyncIterable<string>,
    {
      id: `${name} ${existing}`,
      format,
      existing,
      isDryRun: false,
      actor: { type: 'operator', id: null, name: 'test' },
      onProgress: () => {},
      onRefused: () => {},
    },
  );
}
