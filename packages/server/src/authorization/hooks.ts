import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';
import type { ErrorCode } from '../protocol/index.js';
import type { Authentication } from '../storage/ports/index.js';
import type { OpenedTicket, Ticket } from './ticket.js';

/** How long the page of the operator may take, in seconds. */
const CHALLENGE_SECONDS = 1800;

/** How long the browser may take from the page of the operator back to the server, in seconds. */
const ANSWER_SECONDS = 300;

/** The parts of an authorization that a page of the operator can take over. */
export type HookStep = 'signIn' | 'consent';

/**
 * What the browser takes to the page of the operator, as sealed text: an abandoned request costs no row in the database.
 */
export interface HookChallenge {
  readonly id: string;
  readonly step: HookStep;
  /** The authorization request; undefined where the user signs in without one. */
  readonly ticket: Ticket | undefined;
  /** The browser that was sent to the page. Its answer works in no other one. */
  readonly browserId: string;
  /** The `sid` of the session in the browser; undefined without one. */
  readonly sessionId: string | undefined;
  /** When the browser was sent, in seconds since the epoch. */
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What the server of the operator decided. */
export type HookOutcome =
  | {
      readonly kind: 'signedIn';
      readonly accountId: string;
      readonly authentication: Authentication;
      /** How long the session lasts, in seconds; undefined for as long as others. */
      readonly sessionSeconds: number | undefined;
    }
  | {
      readonly kind: 'allowed';
      readonly scopes: readonly string[];
      /** The hash of the consent items that were shown. */
      readonly itemsHash: string;
      /** Whether the next request for the same access is granted without asking. */
      readonly remember: boolean;
    }
  | { readonly kind: 'rejected'; readonly error: HookError; readonly description: string };

/** The errors with which the operator may reject a request (OpenID Connect Core 1.0 §3.1.2.6). */
export const hookErrors = [
  'access_denied',
  'login_required',
  'consent_required',
  'temporarily_unavailable',
] as const satisfies readonly ErrorCode[];

export type HookError = (typeof hookErrors)[number];

/** What the browser brings back, as sealed text: the challenge, and what was decided. */
export interface HookAnswer {
  readonly id: string;
  readonly challenge: HookChallenge;
  readonly outcome: HookOutcome;
  readonly expiresAt: number;
}

/** Whether sealed text was opened too late. */
type Expiring<T> = T & { readonly expired: boolean };

export interface Hooks {
  /** A new challenge, sealed. */
  begin(challenge: Pick<HookChallenge, 'step' | 'ticket' | 'browserId' | 'sessionId'>): string;
  /** @returns undefined for text that this server did not seal for this step */
  open(step: HookStep, text: string): Expiring<HookChallenge> | undefined;
  /** The answer to a challenge, sealed. */
  answer(challenge: HookChallenge, outcome: HookOutcome): string;
  /** @returns undefined for text that this server did not seal for this step */
  openAnswer(step: HookStep, text: string | null): Expiring<HookAnswer> | undefined;
}

/**
 * @param challenges seals what the operator's page gets
 * @param answers seals what the browser brings back. A challenge cannot be used as an answer
 */
export function createHooks(challenges: Sealer, answers: Sealer, clock: Clock, random: Random): Hooks {
  const withExpiry = <T extends { readonly expiresAt: number }>(value: T): Expiring<T> => ({
    ...value,
    expired: clock() >= value.expiresAt,
  });
  return {
    begin(challenge) {
      const startedAt = clock();
      const expiresAt = Math.min(startedAt + CHALLENGE_SECONDS, challenge.ticket?.expiresAt ?? Infinity);
      return challenges.seal(
        JSON.stringify({ ...challenge, id: randomId(random), startedAt, expiresAt } satisfies HookChallenge),
      );
    },
    open(step, text) {
      const opened = challenges.open(text);
      if (opened === undefined) return undefined;
      const challenge = JSON.parse(opened) as HookChallenge;
      return challenge.step === step ? withExpiry(challenge) : undefined;
    },
    answer: (challenge, outcome) =>
      answers.seal(
        JSON.stringify({
          id: randomId(random),
          challenge,
          outcome,
          expiresAt: Math.min(clock() + ANSWER_SECONDS, challenge.ticket?.expiresAt ?? Infinity),
        } satisfies HookAnswer),
      ),
    openAnswer(step, text) {
      const opened = text === null ? undefined : answers.open(text);
      if (opened === undefined) return undefined;
      const answer = JSON.parse(opened) as HookAnswer;
      return answer.challenge.step === step ? withExpiry(answer) : undefined;
    },
  };
}

/** The ticket of a challenge, as if it came from the address of a page. */
export function ticketOf({ challenge, expired }: Expiring<HookAnswer>): OpenedTicket | undefined {
  return challenge.ticket && { ...challenge.ticket, expired };
}
