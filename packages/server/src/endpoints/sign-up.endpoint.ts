import type { SignUp } from '../accounts/self-service/sign-up.js';
import type { AccountLinkRecord } from '../storage/ports/index.js';
import type { Message } from '../texts/texts.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import type { Endpoint, EndpointRequest } from './endpoint.js';
import { emailForm, mailRequested, mailRequester, passwordForm, unusableLink } from './mailed-link.js';
import { addressWith, paths } from './paths.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';

export interface SignUpEndpointDependencies extends TicketDependencies, CompleteSignInDependencies {
  readonly signUp: SignUp;
  /** In characters. */
  readonly passwordMinLength: number;
  /** Whether users can sign up without an invitation. */
  readonly isOpen: boolean;
}

/**
 * The longest ticket that is kept with a link, for a day in a row that a stranger has caused. The authorization request of
 * a longer one must be sent again after the sign-up.
 */
const MOST_TICKET_CHARACTERS = 8192;

/** `GET|POST /sign-up`: asks for an email address and sends a link to it. */
export function signUpEndpoint({ signUp, tickets }: SignUpEndpointDependencies): Endpoint {
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const text = (form ?? new URLSearchParams(incoming.query)).get('ticket') ?? undefined;
    // Only a ticket of this server is kept with the link. Whether it can be used is decided when the link is opened.
    const opened = text === undefined ? undefined : tickets.open(text);
    const isKept = opened !== undefined && !opened.expired && (text ?? '').length <= MOST_TICKET_CHARACTERS;
    const ticket = isKept ? text : undefined;
    const languages = { uiLocales: opened?.parameters.ui_locales };
    const email = form?.get('email') ?? '';
    const props = {
      title: 'signUp.title',
      lead: 'signUp.lead',
      action: paths.signUp[0],
      hidden: ticket === undefined ? {} : { ticket },
      csrfToken: incoming.formToken,
      email,
      aside: { href: addressWith(paths.signIn[0], ticket), label: 'signUp.signInInstead' },
    } as const;
    if (form === undefined) return emailForm(props, languages);
    const requester = mailRequester(incoming, languages);
    return mailRequested(await signUp.request(email, requester, ticket), props, languages);
  };
}

/**
 * `GET|POST /sign-up/complete`: the page behind the link. Opening it changes nothing, since programs that scan mails open
 * links; its form creates the account, signs the user in and continues with the authorization request.
 */
export function completeSignUpEndpoint(dependencies: SignUpEndpointDependencies): Endpoint {
  const { signUp, passwordMinLength, isOpen } = dependencies;
  const unusable = () => unusableLink(isOpen ? paths.signUp[0] : undefined);

  const page = (
    incoming: EndpointRequest,
    { email }: AccountLinkRecord,
    token: string,
    name: string,
    error?: Message,
  ) =>
    passwordForm({
      title: 'signUp.title',
      email,
      name,
      error,
      minLength: passwordMinLength,
      endAccess: false,
      submit: 'signUp.createAccount',
      action: paths.completeSignUp[0],
      hidden: { token },
      csrfToken: incoming.formToken,
    });

  return async (incoming) => {
    if (incoming.method !== 'POST') {
      const token = new URLSearchParams(incoming.query).get('token') ?? '';
      const link = await signUp.find(token);
      return link === undefined ? unusable() : page(incoming, link, token, '');
    }
    const form = readPageForm(incoming);
    const token = form.get('token') ?? '';
    const name = (form.get('name') ?? '').trim();
    const chosen = { name, password: form.get('password') ?? '' };
    const outcome = await signUp.complete(token, chosen, mailRequester(incoming));
    if (outcome.outcome === 'unusable') return unusable();
    if (outcome.outcome === 'refused') return page(incoming, outcome.link, token, name, outcome.problem);
    incoming.note({ userId: outcome.user.account.id });
    const { ticket } = outcome.link.payload;
    // In another browser, or after it has expired, the user is signed in without the app.
    const found = typeof ticket === 'string' ? await findTicket(dependencies, incoming, ticket) : undefined;
    const usable = found !== undefined && 'ticket' in found ? found.ticket : undefined;
    return completeSignIn(dependencies, incoming, outcome.user, usable);
  };
}
