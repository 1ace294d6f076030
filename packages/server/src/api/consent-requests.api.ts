import { z } from 'zod';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { HookChallenge } from '../authorization/hooks.js';
import { consentItemsHash, consentItemsOf } from '../consents/consent-items.js';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import { paths } from '../endpoints/paths.js';
import { claimOf } from '../scopes/claim-items.js';
import type { AccountRecord, ExternalIdentityStore, SessionStore } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { text } from '../validation/values.js';
import type { ClientResponses } from './client-representation.js';
import {
  answerChallenge,
  answerOperation,
  type HookDependencies,
  openChallenge,
  operatorIdOf,
  readOperation,
  rejectionOf,
  rejectOperation,
  wordsOf,
} from './hook-operations.js';
import { type Call, defineOperation, type Operation } from './operation.js';
import { type FieldProblem, Problem } from './problem.js';

const one = '/api/2.0/consent-requests/:challenge';

const acceptanceSchema = z.strictObject({
  scopes: z
    .array(text(1, 256))
    .max(256, 'must have at most 256 scopes')
    .optional()
    .meta({ description: 'The granted scopes, some of the requested ones. Default: all of them' }),
  remember: z
    .boolean('must be true or false')
    .optional()
    .meta({ description: 'Whether the same request is granted without asking from now on. Default: true' }),
});

export interface ConsentRequestsApiDependencies extends HookDependencies {
  readonly flow: Pick<AuthorizationFlow, 'check'>;
  readonly sessions: Pick<SessionStore, 'findById'>;
  readonly identities: Pick<ExternalIdentityStore, 'list'>;
  readonly responses: ClientResponses;
  readonly clock: Clock;
}

/** What the consent page of the operator asks the user about. */
interface Asked {
  readonly challenge: HookChallenge;
  readonly request: AuthorizationRequest;
  readonly account: AccountRecord;
}

/** `/consent-requests`: with these, the consent page of the operator answers Grantor. */
export function consentRequestsApi(dependencies: ConsentRequestsApiDependencies): readonly Operation[] {
  const { responses, identities, sessions, flow, clock } = dependencies;

  const requestSchema = z
    .object({
      expires_on: timestamp,
      client: responses.infoSchema,
      account_id: z.string(),
      user_id: z
        .string()
        .nullable()
        .meta({ description: 'Your ID of the user; null for an account that was created otherwise' }),
      scopes: z.array(z.string()),
      access: z
        .array(z.object({ resource: z.string(), scopes: z.array(z.string()) }))
        .meta({ description: 'The scopes by resource (RFC 8707)' }),
      claims: z.array(z.string()).meta({
        description: 'Claims that are requested beyond the scopes; they are granted with any scopes',
      }),
      ui_locales: z.array(z.string()),
    })
    .meta({ id: 'ConsentRequest', description: 'What an app asks a user for' });

  /** @throws Problem 409 where the user has signed out meanwhile */
  async function asked({
    path,
    principal,
  }: Pick<Call<{ challenge: string }, never, never>, 'path' | 'principal'>) {
    const challenge = await openChallenge(dependencies, principal, 'consent', path.challenge);
    const { ticket, sessionId = '' } = challenge;
    const session = await sessions.findById(sessionId, clock());
    if (ticket === undefined || session === undefined) {
      throw new Problem(409, 'The user has signed out. Send the browser back to the app to start again');
    }
    const request = await flow.check(ticket.parameters);
    return { challenge, request, account: session.account } satisfies Asked;
  }

  const show = defineOperation({
    id: 'showConsentRequest',
    ...readOperation,
    paths: [one],
    summary: 'Read what an app asks a user for',
    responses: { 200: { description: 'The request', schema: requestSchema } },
    async handle(call) {
      const { challenge, request, account } = await asked(call);
      return json(200, {
        expires_on: isoTime(challenge.expiresAt),
        client: responses.representPublicInfo(request.client),
        account_id: account.id,
        user_id: (await operatorIdOf(identities, account.id)) ?? null,
        scopes: request.scopes,
        access: request.access,
        claims: consentItemsOf(request).flatMap(({ name }) => claimOf(name) ?? []),
        ui_locales: wordsOf(request.parameters.ui_locales),
      });
    },
  });

  const accept = defineOperation({
    id: 'acceptConsentRequest',
    ...answerOperation,
    paths: [`${one}/accept`],
    summary: 'Grant the app access for the user',
    description:
      'Only the browser that was sent to your page can continue at `redirect_to`, once and within five minutes.',
    body: acceptanceSchema,
    bodyIsOptional: true,
    async handle(call) {
      const { challenge, request, account } = await asked(call);
      const { scopes = request.scopes, remember = true } = call.body;
      refuseOtherScopes(request, scopes);
      return answerChallenge(
        dependencies,
        challenge,
        { kind: 'allowed', scopes, itemsHash: consentItemsHash(consentItemsOf(request)), remember },
        {
          path: paths.continueConsent[0],
          event: call.event({
            type: 'consent_request.accepted',
            target: { type: 'client', id: request.client.id },
            clientId: request.client.id,
            accountId: account.id,
            after: { scopes, remember },
          }),
        },
      );
    },
  });

  const reject = defineOperation({
    id: 'rejectConsentRequest',
    ...rejectOperation,
    paths: [`${one}/reject`],
    summary: 'Refuse the app access for the user',
    async handle(call) {
      const { challenge, request, account } = await asked(call);
      const rejection = rejectionOf(call.body, 'The user denied the request');
      return answerChallenge(dependencies, challenge, rejection, {
        path: paths.continueConsent[0],
        event: call.event({
          type: 'consent_request.rejected',
          target: { type: 'client', id: request.client.id },
          clientId: request.client.id,
          accountId: account.id,
          after: { error: rejection.error },
        }),
      });
    },
  });

  return [show, accept, reject];
}

/**
 * @throws Problem 400 for a scope that the app did not request, and without `openid` where it requested it: the response
 *   to such a request has an ID token
 */
function refuseOtherScopes({ scopes: requested }: AuthorizationRequest, granted: readonly string[]): void {
  const errors: FieldProblem[] = granted.flatMap((scope, index) =>
    requested.includes(scope)
      ? []
      : [{ field: `scopes.${index}`, code: 'invalid', message: 'is not a scope of the request' } as const],
  );
  if (requested.includes('openid') && !granted.includes('openid')) {
    errors.push({ field: 'scopes', code: 'invalid', message: 'must have openid, which the app requested' });
  }
  if (errors.length > 0) throw new Problem(400, 'Validation failed', { errors });
}
