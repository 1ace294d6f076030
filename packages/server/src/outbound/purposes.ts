import type { OutboundPurpose } from './outbound.js';
import type { SlotLimits } from './slots.js';

/**
 * The limits of calls in progress for each purpose. Logout has its own limits. Calls that any request can cause, such as
 * fetching a request object, cannot take the slots of key sets. Nor can new clients with a hanging `jwks_uri`: a quarter
 * of the slots is reserved for URIs that have responded.
 */
export const slotsOfPurpose: Readonly<Record<OutboundPurpose, SlotLimits>> = {
  // A user waits for it, and no client causes it.
  breachedPassword: { all: 8, perHost: 8, perClient: 8, waiting: 32 },
  keySet: { all: 32, perHost: 8, perClient: 4, waiting: 64, reserve: { running: 8, waiting: 16 } },
  // One at a time for each host, since no request waits for a logo.
  logo: { all: 4, perHost: 1, perClient: 1, waiting: 64 },
  // The delivery of logout tokens limits itself to these numbers, so that none is refused.
  logout: { all: 16, perHost: 16, perClient: 4, waiting: 0 },
  // Each call is for a user who signs in, and is bounded by address. All users of a provider share its host.
  provider: { all: 32, perHost: 16, perClient: 16, waiting: 64 },
  requestObject: { all: 32, perHost: 8, perClient: 4, waiting: 64 },
  sector: { all: 8, perHost: 4, perClient: 4, waiting: 16 },
};
