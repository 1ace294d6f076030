import { byDestination, type Destination } from '../authorization/destination.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket } from '../authorization/ticket.js';
import { OAuthError, redirectUriHost } from '../protocol/index.js';

/** What the pages of an authorization request need of its destination. */
export interface DestinationPage {
  /** The host that pages name; undefined where the browser does not leave this server. */
  readonly host: string | undefined;
  /** Where the forms of the pages may lead. */
  readonly form: { readonly formTarget?: string };
}

export function destinationPage(destination: Destination): DestinationPage {
  return byDestination(destination, {
    redirect: ({ redirectUri }) => ({
      host: redirectUriHost(redirectUri),
      form: { formTarget: redirectUri },
    }),
  });
}

/**
 * Where the forms of a page within a sign-in may lead: its last form can end at the client, without a consent page.
 *
 * @param ticket undefined without an authorization request
 */
export async function formOfTicket(
  flow: Pick<AuthorizationFlow, 'check'>,
  ticket: Ticket | undefined,
): Promise<DestinationPage['form']> {
  if (ticket === undefined) return {};
  try {
    return destinationPage((await flow.check(ticket.parameters)).destination).form;
  } catch (error) {
    // The request is refused after the sign-in.
    if (error instanceof OAuthError) return {};
    throw error;
  }
}
