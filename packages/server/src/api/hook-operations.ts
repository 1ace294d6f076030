import { z } from 'zod';
import { operatorProvider } from '../accounts/operator-users.js';
import type { HookChallenge, HookOutcome, HookStep, Hooks } from '../authorization/hooks.js';
import { hookErrors } from '../authorization/hooks.js';
import { json } from '../endpoints/endpoint.js';
import type { Principal } from '../principals/principal.js';
import type { AuditEvent, ExternalIdentityStore, SpentTicketStore } from '../storage/ports/index.js';
import { oneOf } from '../validation/values.js';
import { Problem } from './problem.js';

export const hookRefusals = {
  404: 'The challenge is unknown',
  409: 'The request was answered before, or has expired',
};

const answerSchema = z
  .object({
    redirect_to: z.string().meta({ description: 'Send the browser of the user here, by a redirect' }),
  })
  .meta({ id: 'HookAnswer', description: 'Where the authorization continues' });

const rejectionSchema = z.strictObject({
  error: oneOf(hookErrors).optional().meta({ description: 'The error for the app. Default: access_denied' }),
  error_description: z
    .string()
    // RFC 6749 §4.1.2.1
    .regex(/^[\x20-\x21\x23-\x5B\x5D-\x7E]{1,256}$/, 'must be ASCII without double quotes and backslashes')
    .optional()
    .meta({ description: 'The `error_description` for the developer of the app' }),
});

const hookOperation = {
  tag: 'Sign-in hook',
  path: z.object({ challenge: z.string().regex(/^[A-Za-z0-9_-]{32,65536}$/, 'is not a challenge') }),
  refusals: hookRefusals,
} as const;

/** The common parts of the operations that read a challenge. */
export const readOperation = {
  ...hookOperation,
  method: 'GET',
  access: { role: 'administrator', scope: 'grantor.sign-ins:read' },
} as const;

/** The common parts of the operations that answer a challenge. */
export const answerOperation = {
  ...hookOperation,
  method: 'POST',
  access: { role: 'administrator', scope: 'grantor.sign-ins:write' },
  responses: { 200: { description: 'Where the browser continues', schema: answerSchema } },
} as const;

/** The common parts of the operations that answer a challenge with an error for the app. */
export const rejectOperation = {
  ...answerOperation,
  description: 'The app gets the error.',
  body: rejectionSchema,
  bodyIsOptional: true,
} as const;

export interface HookDependencies {
  readonly hooks: Hooks;
  readonly spentTickets: Pick<SpentTicketStore, 'isSpent' | 'spend'>;
  readonly issuer: string;
}

/**
 * The challenge of a request, if it can still be answered.
 *
 * @throws Problem 403 for an access token or a session: an answer signs in any user. 404 for an unknown challenge, and 409
 *   for one that was answered or has expired
 */
export async function openChallenge(
  { hooks, spentTickets }: HookDependencies,
  { credential }: Principal,
  step: HookStep,
  text: string,
): Promise<HookChallenge> {
  if (credential.kind !== 'api_key') {
    throw new Problem(403, 'Access denied: only an API key can read and answer requests of users');
  }
  const challenge = hooks.open(step, text);
  if (challenge === undefined) throw new Problem(404, hookRefusals[404]);
  if (challenge.expired) {
    throw new Problem(409, 'The request has expired. Send the browser back to the app to start again');
  }
  if (await spentTickets.isSpent(challenge.id)) throw alreadyAnswered();
  return challenge;
}

/**
 * Answers a challenge. One insert decides between several answers.
 *
 * @param path where the browser continues, below the issuer
 * @throws Problem 409 where it was answered before
 */
export async function answerChallenge(
  { hooks, spentTickets, issuer }: HookDependencies,
  challenge: HookChallenge,
  outcome: HookOutcome,
  { path, event }: { readonly path: string; readonly event: AuditEvent },
) {
  if ((await spentTickets.spend(challenge, event)) === 'alreadySpent') throw alreadyAnswered();
  const query = new URLSearchParams({ answer: hooks.answer(challenge, outcome) });
  return json(200, { redirect_to: `${issuer}${path}?${query.toString()}` });
}

/** @param description the default where the operator gives none */
export function rejectionOf(
  body: z.output<typeof rejectionSchema>,
  description: string,
): HookOutcome & { kind: 'rejected' } {
  return {
    kind: 'rejected',
    error: body.error ?? 'access_denied',
    description: body.error_description ?? description,
  };
}

const alreadyAnswered = () =>
  new Problem(409, 'The request was answered before. Each challenge can be answered once');

/** @returns the operator's ID of a user; undefined for an account that was created otherwise */
export async function operatorIdOf(
  identities: Pick<ExternalIdentityStore, 'list'>,
  accountId: string,
): Promise<string | undefined> {
  const known = await identities.list(accountId);
  return known.find(({ provider }) => provider === operatorProvider.id)?.subject;
}

/** @param value words with spaces between them, as parameters have lists */
export function wordsOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(' ').filter((word) => word !== '');
}
