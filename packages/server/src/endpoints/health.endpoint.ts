import type { Clock } from '../crypto/clock.js';
import type { Store } from '../storage/ports/index.js';
import { type Endpoint, json } from './endpoint.js';

/** `GET /health`: 200 while the database accepts writes. It checks the database at most once a second. */
export function healthEndpoint(store: Store, clock: Clock): Endpoint {
  let checkedAt = -1;
  let last: Promise<boolean> = Promise.resolve(false);
  return async () => {
    const now = clock();
    if (now !== checkedAt) {
      checkedAt = now;
      last = store.checkHealth(now).then(
        () => true,
        () => false,
      );
    }
    return (await last) ? json(200, { status: 'ok' }) : json(503, { status: 'database unavailable' });
  };
}
