import { z } from 'zod';
import type { HookChallenge, HookOutcome, HookStep, Hooks } from '../authorization/hooks.js';
import { hookErrors } from '../authorization/hooks.js';
import { json } from '../endpoints/endpoint.js';
import type { Principal } from '../principals/principal.js';
import type { AuditEvent, SpentTicketStore } from '../storage/ports/index.js';
import { oneOf } from '../validation/values.js';
import { Problem } from './problem.js';

export const hookTag = 'Sign-in hook';
export const readHook = { role: 'administrator', scope: 'grantor.sign-ins:read' } as const;
export const writeHook = { role: 'administrator', scope: 'grantor.sign-ins:write' } as const;

export const challengePath = z.object({
  challenge: z.string().regex(/^[A-Za-z0-9_-]{32,65536}$/, 'is not a challenge'),
});

export const hookRefusals = {
  404: 'The challenge is unknown',
  409: 'The request was answered before, or has expired',
};

export const answerSchema = z
  .object({
    redirect_to: z.string().meta({ description: 'Send the browser of the user here, by a redirect' }),
  })
  .meta({ id: 'HookAnswer', description: 'Where the authorization continues' });

export const rejectionSchema = z.strictObject({
  error: oneOf(hookErrors).optional().meta({ description: 'The error for the app. Default: access_denied' }),
  error_description: z
    .string()
    // RFC 6749 §4.1.2.1
    .regex(/^[\x20-\x21\x23-\x5B\x5D-\x7E]{1,256}$/, 'must be ASCII without double quotes and backslashes')
    .optional()
    .meta({ description: 'The `error_description` for the developer of the app' }),
});

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
