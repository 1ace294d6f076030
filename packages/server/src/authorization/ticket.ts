import { type Parameters, withoutSecrets } from '@grantor/protocol';
import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';

/** How long a person may take over signing in and consenting, in seconds. */
const TICKET_SECONDS = 3600;

/**
 * An authorization request on its way through the sign-in and consent pages. It travels sealed in
 * the page's address and form, so that a stranger's requests cost no row in the database, and is checked
 * anew each time it comes back.
 */
export interface Ticket {
  readonly parameters: Parameters;
  /** The `sid` of a sign-in made in answer to this request. */
  readonly freshSessionId: string | undefined;
  /** The `sid` of the sign-in that the person chose to go on with. */
  readonly chosenSessionId: string | undefined;
  /** Whether it is too old to be acted on; the request may still be started again from it. */
  readonly expired: boolean;
}

/** How far a request has come. */
export type TicketProgress = Partial<Pick<Ticket, 'freshSessionId' | 'chosenSessionId'>>;

export interface Tickets {
  /** @param parameters of which secrets that have no place in an authorization request are dropped */
  issue(parameters: Parameters, progress?: TicketProgress): string;
  /** @returns undefined for what was not sealed here */
  read(text: string | null): Ticket | undefined;
}

export function createTickets(sealer: Sealer, clock: Clock): Tickets {
  return {
    issue(parameters, { freshSessionId, chosenSessionId } = {}) {
      const content = { parameters: withoutSecrets(parameters), freshSessionId, chosenSessionId };
      return sealer.seal(JSON.stringify({ ...content, issuedAt: clock() }));
    },
    read(text) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const content = JSON.parse(opened) as {
        parameters: Parameters;
        freshSessionId?: string;
        chosenSessionId?: string;
        issuedAt: number;
      };
      return {
        parameters: content.parameters,
        freshSessionId: content.freshSessionId,
        chosenSessionId: content.chosenSessionId,
        expired: clock() - content.issuedAt > TICKET_SECONDS,
      };
    },
  };
}
