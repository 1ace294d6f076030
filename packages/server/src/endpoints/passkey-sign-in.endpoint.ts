import type { SignInWithPasskey } from '../accounts/factors/passkey-sign-in.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import type { Endpoint } from './endpoint.js';
import { passkeyAnswerOf } from './passkey-answer.js';
import { refusedSignIn, type SignInPageDependencies } from './sign-in-page.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';
import { tooManyAttempts } from './too-many-attempts.js';

export interface PasskeySignInEndpointDependencies
  extends TicketDependencies,
    SignInPageDependencies,
    CompleteSignInDependencies {
  readonly signInWithPasskey: SignInWithPasskey;
}

/** `POST /signin/passkey`: signs a user in with a passkey, without a username. */
export function passkeySignInEndpoint(dependencies: PasskeySignInEndpointDependencies): Endpoint {
  return async (incoming) => {
    const form = readPageForm(incoming);
    const text = form.get('ticket');
    const found = text === null ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const ticket = found?.ticket;
    const attempted = await dependencies.signInWithPasskey(passkeyAnswerOf(form), incoming);
    incoming.note({
      clientId: ticket && claimedClient({ headers: incoming.headers, parameters: ticket.parameters }),
    });
    if (attempted.outcome === 'authenticated') {
      incoming.note({ userId: attempted.user.account.id });
      return completeSignIn(dependencies, incoming, attempted.user, ticket);
    }
    incoming.note({ refusal: `passkey: ${attempted.outcome}` });
    if (attempted.outcome === 'refused') {
      const error = { key: 'factors.passkeyWrong' } as const;
      return refusedSignIn(dependencies, incoming, ticket, { error, status: 400 });
    }
    const { retryAfterSeconds } = attempted;
    return refusedSignIn(dependencies, incoming, ticket, {
      error: tooManyAttempts(retryAfterSeconds),
      status: 429,
      retryAfterSeconds,
    });
  };
}
