import { z } from 'zod';
import { text } from '../clients/metadata/values.js';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import { createInitialToken } from '../dynamic-registration/initial-token.js';
import { type Endpoint, json } from '../endpoints/endpoint.js';
import type { InitialTokenRecord, InitialTokenStore } from '../storage/ports/index.js';
import { Problem } from './problem.js';
import { readJson } from './read-json.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** `/registration-tokens`: what lets an app's developer register apps without a key to this API. */
export interface RegistrationTokensApi {
  readonly create: Endpoint;
  readonly list: Endpoint;
  readonly remove: Endpoint;
}

/** What a token is made with; also what the command line takes. */
export const newRegistrationTokenSchema = z.strictObject({
  name: text(1, 256).default('Registration token'),
  /** Seconds. */
  expires_in: z.number().int().min(1).max(TEN_YEARS).optional(),
  uses: z.number().int().min(1).max(1_000_000).optional(),
});

export function createRegistrationTokensApi(
  tokens: InitialTokenStore,
  clock: Clock,
  random: Random,
): RegistrationTokensApi {
  return {
    async create({ body }) {
      const { name, expires_in: expiresInSeconds, uses } = readJson(body, newRegistrationTokenSchema);
      const made = await createInitialToken(tokens, clock, random, { name, expiresInSeconds, uses });
      return json(201, { ...representRegistrationToken(made.record), token: made.token });
    },
    async list() {
      return json(200, { data: (await tokens.list()).map(representRegistrationToken) });
    },
    async remove({ path }) {
      const { id = '' } = path;
      // No ID has other characters, and not every database can be asked about all of them.
      if (!/^[\w-]+$/.test(id) || (await tokens.delete(id)) === 'missing') {
        throw new Problem(404, 'There is no registration token with this ID');
      }
      return { kind: 'json', status: 200, body: undefined };
    },
  };
}

/** A token as it is shown: never itself. */
export function representRegistrationToken(token: InitialTokenRecord): Record<string, unknown> {
  return {
    id: token.id,
    name: token.name,
    uses_left: token.usesLeft,
    created_on: isoTime(token.createdAt),
    expires_on: token.expiresAt === null ? null : isoTime(token.expiresAt),
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
