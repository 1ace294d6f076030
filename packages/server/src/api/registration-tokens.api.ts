import { z } from 'zod';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import { createInitialToken } from '../dynamic-registration/initial-token.js';
import { json } from '../endpoints/endpoint.js';
import type { AuditEvent, InitialTokenRecord, InitialTokenStore, Note } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { text } from '../validation/values.js';
import { type Call, defineOperation, notFound, type Operation } from './operation.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** The fields of a new token, for the API and the command line. */
export const newRegistrationTokenSchema = z.strictObject({
  name: text(1, 256).default('Registration token'),
  /** Seconds. */
  expires_in: z.number().int().min(1).max(TEN_YEARS).optional(),
  uses: z.number().int().min(1).max(1_000_000).optional(),
});

const registrationTokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    uses_left: z.int().nullable(),
    created_on: timestamp,
    expires_on: timestamp.nullable(),
  })
  .meta({ id: 'RegistrationToken' });

const write = { role: 'administrator', scope: 'grantor.clients:write' } as const;

/** `/registration-tokens`: initial access tokens, with which developers register apps without an API key. */
export function registrationTokensApi(
  tokens: InitialTokenStore,
  clock: Clock,
  random: Random,
): readonly Operation[] {
  const create = defineOperation({
    id: 'createRegistrationToken',
    method: 'POST',
    paths: ['/api/2.0/registration-tokens'],
    tag: 'Registration tokens',
    summary: 'Create a registration token',
    access: write,
    body: newRegistrationTokenSchema,
    responses: {
      201: {
        description: 'The token, which is shown only in this response',
        schema: registrationTokenSchema.extend({ token: z.string() }).meta({ id: 'NewRegistrationToken' }),
      },
    },
    async handle({ body: { name, expires_in: expiresInSeconds, uses }, event }) {
      const asked = { name, expiresInSeconds, uses };
      const made = await createInitialToken(tokens, clock, random, asked, noteOf(event, 'created'));
      return json(201, { ...representRegistrationToken(made.record), token: made.token });
    },
  });
  const list = defineOperation({
    id: 'listRegistrationTokens',
    method: 'GET',
    paths: ['/api/2.0/registration-tokens'],
    tag: 'Registration tokens',
    summary: 'List the registration tokens',
    access: { role: 'administrator', scope: 'grantor.clients:read' },
    responses: {
      200: {
        description: 'All registration tokens, newest first',
        schema: z.object({ data: z.array(registrationTokenSchema) }),
      },
    },
    async handle() {
      return json(200, { data: (await tokens.list()).map(representRegistrationToken) });
    },
  });
  const remove = defineOperation({
    id: 'deleteRegistrationToken',
    method: 'DELETE',
    paths: ['/api/2.0/registration-tokens/:id'],
    tag: 'Registration tokens',
    summary: 'Revoke a registration token',
    access: write,
    // IDs have no other characters, and not every database accepts all of them.
    path: z.object({ id: z.string().regex(/^[\w-]{1,64}$/) }),
    responses: { 200: { description: 'Deleted' } },
    refusals: { 404: 'Unknown registration token' },
    async handle({ path, event }) {
      if ((await tokens.delete(path.id, noteOf(event, 'deleted'))) === 'missing')
        throw notFound('registration token');
      return { kind: 'json', status: 200, body: undefined };
    },
  });
  return [create, list, remove];
}

/** The audit event of a token that is created or revoked. */
export function noteOf(
  event: (details: Parameters<Call<never, never, never>['event']>[0]) => AuditEvent,
  happened: 'created' | 'deleted',
): Note<InitialTokenRecord> {
  return (token) =>
    event({
      type: `registration_token.${happened}`,
      target: { type: 'registration_token', id: token.id },
      [happened === 'created' ? 'after' : 'before']: representRegistrationToken(token),
    });
}

/** A token as the API returns it, without the token itself. */
export function representRegistrationToken(token: InitialTokenRecord): Record<string, unknown> {
  return {
    id: token.id,
    name: token.name,
    uses_left: token.usesLeft,
    created_on: isoTime(token.createdAt),
    expires_on: token.expiresAt === null ? null : isoTime(token.expiresAt),
  };
}
