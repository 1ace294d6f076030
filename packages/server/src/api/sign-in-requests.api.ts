import { z } from 'zod';
import { accountFieldRules } from '../accounts/account-fields.js';
import { unspecifiedContext } from '../accounts/authentication-context.js';
import type { SignInExternally } from '../accounts/external-identity.js';
import { operatorProvider } from '../accounts/operator-users.js';
import { earliestSignIn } from '../authorization/decide.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { HookChallenge } from '../authorization/hooks.js';
import type { Clock } from '../crypto/clock.js';
import { json } from '../endpoints/endpoint.js';
import { paths } from '../endpoints/paths.js';
import type { Authentication, ExternalIdentityStore, SessionStore } from '../storage/ports/index.js';
import { isoTime, timestamp } from '../validation/time.js';
import { listOf, text } from '../validation/values.js';
import type { ClientResponses } from './client-representation.js';
import {
  answerChallenge,
  answerOperation,
  type HookDependencies,
  hookRefusals,
  openChallenge,
  operatorIdOf,
  readOperation,
  rejectionOf,
  rejectOperation,
  wordsOf,
} from './hook-operations.js';
import { defineOperation, type Operation } from './operation.js';
import { Problem } from './problem.js';

const one = '/api/2.0/sign-in-requests/:challenge';

/** How far the clock of the operator may be ahead, in seconds. */
const CLOCK_TOLERANCE = 60;

/** The bounds of `session_seconds`. */
const MIN_SESSION_SECONDS = 60;
const MAX_SESSION_SECONDS = 31_536_000;

/** Standard claims by name (OpenID Connect Core 1.0 §5.1). Null and missing claims leave the account as it is. */
const claimsSchema = z
  .strictObject({
    preferred_username: accountFieldRules.username.optional(),
    email: accountFieldRules.email.optional(),
    email_verified: z.boolean('must be true or false').optional(),
    name: accountFieldRules.name.optional(),
    given_name: accountFieldRules.name.optional(),
    family_name: accountFieldRules.name.optional(),
    ...accountFieldRules.claims,
  })
  .meta({ description: 'Standard claims of OpenID Connect, by name' });

const acceptanceSchema = z.strictObject({
  user: z.strictObject({
    id: text(1, 512).meta({
      description: 'The ID of the user in your system. It never changes and is never used again',
    }),
    claims: claimsSchema.optional(),
  }),
  acr: text(1, 256).optional().meta({ description: 'The authentication context that was reached' }),
  amr: listOf(text(1, 64), 10, 'method')
    .optional()
    .meta({ description: 'The methods of the authentication (RFC 8176), such as `pwd` and `otp`' }),
  auth_time: timestamp
    .optional()
    .meta({ description: 'When the user authenticated. Leave it out if that was just now' }),
  session_seconds: z
    .int('must be a whole number')
    .min(MIN_SESSION_SECONDS, `must be at least ${MIN_SESSION_SECONDS}`)
    .max(MAX_SESSION_SECONDS, `must be at most ${MAX_SESSION_SECONDS}`)
    .optional()
    .meta({
      description:
        'How long the user stays signed in, in seconds. No longer than other sessions, which is the default',
    }),
});

export interface SignInRequestsApiDependencies extends HookDependencies {
  readonly flow: Pick<AuthorizationFlow, 'check'>;
  readonly sessions: Pick<SessionStore, 'findById'>;
  readonly identities: Pick<ExternalIdentityStore, 'list'>;
  readonly signInExternally: SignInExternally;
  readonly responses: ClientResponses;
  readonly clock: Clock;
}

/** `/sign-in-requests`: with these, the sign-in page of the operator answers Grantor. */
export function signInRequestsApi(dependencies: SignInRequestsApiDependencies): readonly Operation[] {
  const { responses, signInExternally, clock } = dependencies;

  const requestSchema = z
    .object({
      expires_on: timestamp,
      client: responses.infoSchema
        .nullable()
        .meta({ description: 'The app; null if the user opened the page' }),
      scopes: z.array(z.string()),
      login_hint: z.string().nullable(),
      prompt: z.array(z.string()),
      max_age: z.number().nullable().meta({ description: 'In seconds' }),
      acr_values: z.array(z.string()),
      ui_locales: z.array(z.string()),
      user_id: z
        .string()
        .nullable()
        .meta({ description: 'Your ID of the user who is signed in in this browser; null without one' }),
      earliest_auth_time: timestamp
        .nullable()
        .meta({ description: 'The app requires an authentication at this time or later; null for any time' }),
    })
    .meta({ id: 'SignInRequest', description: 'What a request to sign in asks for' });

  const show = defineOperation({
    id: 'showSignInRequest',
    ...readOperation,
    paths: [one],
    summary: 'Read what a request to sign in asks for',
    responses: { 200: { description: 'The request', schema: requestSchema } },
    async handle({ path, principal }) {
      const challenge = await openChallenge(dependencies, principal, 'signIn', path.challenge);
      const { ticket, expiresAt } = challenge;
      const parameters = ticket?.parameters ?? {};
      const request = ticket && (await dependencies.flow.check(ticket.parameters));
      return json(200, {
        expires_on: isoTime(expiresAt),
        client: request === undefined ? null : responses.representPublicInfo(request.client),
        scopes: request?.scopes ?? [],
        login_hint: request?.loginHint ?? null,
        prompt: request?.prompts ?? [],
        max_age: request?.maxAge ?? null,
        acr_values: wordsOf(parameters.acr_values),
        ui_locales: wordsOf(parameters.ui_locales),
        user_id: (await signedInUser(dependencies, challenge)) ?? null,
        earliest_auth_time: timeOrNull(await earliestAuthTime(dependencies, challenge)),
      });
    },
  });

  const accept = defineOperation({
    id: 'acceptSignInRequest',
    ...answerOperation,
    paths: [`${one}/accept`],
    summary: 'Sign the user in',
    description:
      'Creates the account of the user at the first sign-in, and updates it at every later one. Only the browser that was sent to your page can continue at `redirect_to`, once and within five minutes.',
    body: acceptanceSchema,
    refusals: {
      ...hookRefusals,
      409: `${hookRefusals[409]}, the account is disabled, or another account has the username or the email address of the user`,
    },
    async handle({ path, body, principal, incoming, event }) {
      const challenge = await openChallenge(dependencies, principal, 'signIn', path.challenge);
      const authentication = authenticationOf(body, clock());
      refuseEarlier(authentication, await earliestAuthTime(dependencies, challenge));
      const { id, claims = {} } = body.user;
      const signedIn = await signInExternally({
        provider: operatorProvider,
        subject: id,
        claims,
        authentication,
        address: incoming.address,
      });
      if (signedIn.outcome !== 'authenticated') throw new Problem(409, problems[signedIn.outcome]);
      const { account } = signedIn.user;
      return answerChallenge(
        dependencies,
        challenge,
        {
          kind: 'signedIn',
          accountId: account.id,
          authentication,
          sessionSeconds: body.session_seconds,
        },
        {
          path: paths.continueSignIn[0],
          event: event({
            type: 'sign_in_request.accepted',
            target: { type: 'account', id: account.id },
            accountId: account.id,
            after: { user_id: id, acr: authentication.acr, amr: authentication.amr },
          }),
        },
      );
    },
  });

  const reject = defineOperation({
    id: 'rejectSignInRequest',
    ...rejectOperation,
    paths: [`${one}/reject`],
    summary: 'Refuse to sign the user in',
    async handle({ path, body, principal, event }) {
      const challenge = await openChallenge(dependencies, principal, 'signIn', path.challenge);
      const rejection = rejectionOf(body, 'The user could not sign in');
      return answerChallenge(dependencies, challenge, rejection, {
        path: paths.continueSignIn[0],
        event: event({ type: 'sign_in_request.rejected', after: { error: rejection.error } }),
      });
    },
  });

  return [show, accept, reject];
}

const problems = {
  needsLinking: 'Another account has the username or the email address of this user',
  disabled: 'The account of the user is disabled',
  throttled: 'Too many accounts were created. Send the request again later',
} as const;

const timeOrNull = (seconds: number | undefined) => (seconds === undefined ? null : isoTime(seconds));

/** The operator's ID of the user whose session the browser had. */
async function signedInUser(
  { sessions, identities, clock }: SignInRequestsApiDependencies,
  { sessionId }: HookChallenge,
): Promise<string | undefined> {
  const found = sessionId === undefined ? undefined : await sessions.findById(sessionId, clock());
  if (found === undefined) return undefined;
  return operatorIdOf(identities, found.account.id);
}

async function earliestAuthTime(
  { flow }: SignInRequestsApiDependencies,
  { ticket, sessionId, startedAt }: HookChallenge,
): Promise<number | undefined> {
  // Without an app, a user with a session is sent to the page to confirm who they are.
  if (ticket === undefined) return sessionId === undefined ? undefined : startedAt;
  return earliestSignIn(await flow.check(ticket.parameters), ticket.arrival);
}

/** @throws Problem 400 for a time in the future */
function authenticationOf(body: z.output<typeof acceptanceSchema>, now: number): Authentication {
  const said = body.auth_time === undefined ? now : Math.floor(Date.parse(body.auth_time) / 1000);
  if (said > now + CLOCK_TOLERANCE) throw invalidTime('is in the future');
  return { authTime: Math.min(said, now), acr: body.acr ?? unspecifiedContext, amr: body.amr ?? [] };
}

/** @throws Problem 400 where the app requires a later authentication: the browser would be sent to the page again */
function refuseEarlier({ authTime }: Authentication, earliest: number | undefined): void {
  if (earliest === undefined || authTime >= earliest) return;
  throw invalidTime(
    `must be ${isoTime(earliest)} or later, which the app requires. Ask the user to authenticate again`,
  );
}

function invalidTime(message: string): Problem {
  return new Problem(400, 'Validation failed', {
    errors: [{ field: 'auth_time', code: 'invalid', message }],
  });
}
