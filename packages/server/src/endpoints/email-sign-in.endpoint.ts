import type {
  EmailSignIn,
  EmailSignInOutcome,
  FoundEmailSignIn,
  PendingEmailSignIn,
} from '../accounts/self-service/email-sign-in.js';
import { readMailbox } from '../accounts/self-service/mailbox.js';
import type { Ticket } from '../authorization/ticket.js';
import { EmailCodePage, EmailLinkPage, formScript, MessagePage, pageElement } from '../pages/index.js';
import type { LanguagePreferences } from '../texts/choose-language.js';
import type { Message } from '../texts/texts.js';
import { type CompleteSignInDependencies, completeSignIn } from './complete-sign-in.js';
import { type DestinationPage, formOfTicket } from './destination-page.js';
import {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  type PageResponse,
  redirect,
} from './endpoint.js';
import { emailForm, mailRequester, refusedMail } from './mailed-link.js';
import { addressWith, paths } from './paths.js';
import { findTicket, readPageForm, type TicketDependencies } from './ticket-form.js';
import { tooManyAttempts } from './too-many-attempts.js';

export interface EmailSignInEndpointDependencies extends TicketDependencies, CompleteSignInDependencies {
  readonly emailSignIn: EmailSignIn;
}

/**
 * `GET|POST /signin/email`: asks for an email address, and sends a code and a link to it. An address in `login_hint` is filled
 * in, for the user to change (OpenID Connect Core 1.0 §3.1.2.1).
 */
export function emailSignInEndpoint(dependencies: EmailSignInEndpointDependencies): Endpoint {
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const text = (form ?? new URLSearchParams(incoming.query)).get('ticket') ?? undefined;
    const found = text === undefined ? undefined : await findTicket(dependencies, incoming, text);
    if (found !== undefined && 'response' in found) return found.response;
    const languages = { uiLocales: found?.ticket.parameters.ui_locales };
    const hinted = readMailbox(found?.ticket.parameters.login_hint ?? '') ?? '';
    const email = form === undefined ? hinted : (form.get('email') ?? '');
    const props = {
      title: 'signIn.emailTitle',
      lead: 'signIn.emailLead',
      submit: 'signIn.sendCode',
      action: paths.emailSignIn[0],
      hidden: text === undefined ? {} : { ticket: text },
      csrfToken: incoming.formToken,
      email,
      aside: { href: addressWith(paths.signIn[0], text), label: 'signIn.anotherWay' },
    } as const;
    if (form === undefined) return emailForm(props, languages);
    const requester = { ...mailRequester(incoming, languages), ...originOf(incoming) };
    const requested = await dependencies.emailSignIn.request(email, requester, text);
    if (requested.outcome !== 'sent') return refusedMail(requested, props, languages);
    // The page has an address of its own: loading it again sends no second mail.
    return redirect(`${paths.emailCode[0]}?request=${requested.id}`);
  };
}

/** `GET|POST /signin/email/code`: takes the code in the browser that asked for it, and signs the user in. */
export function emailCodeEndpoint(dependencies: EmailSignInEndpointDependencies): Endpoint {
  const { emailSignIn } = dependencies;
  return async (incoming) => {
    const sent = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const id = (sent ?? new URLSearchParams(incoming.query)).get('request');
    const found = await openRequest(dependencies, incoming, await emailSignIn.find(id, incoming.browser));
    if ('response' in found) return found.response;
    const { pending } = found;
    const page = (status: number, error?: Message) =>
      pageOf(
        found,
        status,
        pageElement(EmailCodePage, {
          action: paths.emailCode[0],
          hidden: { request: pending.record.tokenHash },
          csrfToken: incoming.formToken,
          email: pending.record.email,
          newCodeHref: addressWith(paths.emailSignIn[0], pending.ticket),
          error,
        }),
      );
    if (sent === undefined) return page(200);
    const attempted = await emailSignIn.enterCode(pending, sent.get('code') ?? '', originOf(incoming));
    return signedIn(dependencies, incoming, found, attempted, page);
  };
}

/**
 * `GET|POST /signin/email/link`: the page behind the link. Opening it changes nothing, since programs that scan mails open
 * links; its form signs in the browser that asked for the mail, and no other.
 */
export function emailLinkEndpoint(dependencies: EmailSignInEndpointDependencies): Endpoint {
  const { emailSignIn } = dependencies;
  return async (incoming) => {
    const sent = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const token = (sent ?? new URLSearchParams(incoming.query)).get('token');
    const opened = await emailSignIn.findByLink(token, incoming.browser);
    const found = await openRequest(dependencies, incoming, opened);
    if ('response' in found) return found.response;
    const { pending } = found;
    const page = (status: number, error?: Message) =>
      pageOf(
        found,
        status,
        pageElement(EmailLinkPage, {
          action: paths.emailLink[0],
          hidden: { token: token ?? '' },
          csrfToken: incoming.formToken,
          email: pending.record.email,
          error,
        }),
      );
    if (sent === undefined) return page(200);
    const attempted = await emailSignIn.useLink(pending, originOf(incoming));
    return signedIn(dependencies, incoming, found, attempted, page);
  };
}

/** A request for a mail, in the browser that sent it, with its authorization request. */
interface OpenedRequest {
  readonly pending: PendingEmailSignIn;
  readonly ticket: Ticket | undefined;
  readonly languages: LanguagePreferences;
  readonly form: DestinationPage['form'];
}

async function openRequest(
  dependencies: EmailSignInEndpointDependencies,
  incoming: EndpointRequest,
  pending: FoundEmailSignIn,
): Promise<OpenedRequest | { readonly response: EndpointResponse }> {
  if (typeof pending === 'string') return { response: unusable(incoming, pending) };
  const { ticket: text } = pending;
  const found = text === undefined ? undefined : await findTicket(dependencies, incoming, text);
  if (found !== undefined && 'response' in found) return found;
  const ticket = found?.ticket;
  const languages = { uiLocales: ticket?.parameters.ui_locales };
  return { pending, ticket, languages, form: await formOfTicket(dependencies.flow, ticket) };
}

function pageOf(
  { languages, form }: OpenedRequest,
  status: number,
  page: PageResponse['page'],
): PageResponse {
  return { kind: 'page', status, languages, ...form, script: formScript, page };
}

/** The response to a code or a link: the sign-in goes on, or the page says why not. */
function signedIn(
  dependencies: EmailSignInEndpointDependencies,
  incoming: EndpointRequest,
  { ticket }: OpenedRequest,
  attempted: EmailSignInOutcome,
  page: (status: number, error: Message) => PageResponse,
): Promise<EndpointResponse> | EndpointResponse {
  if (attempted.outcome === 'authenticated') {
    incoming.note({ userId: attempted.user.account.id });
    return completeSignIn(dependencies, incoming, attempted.user, ticket);
  }
  if (attempted.outcome === 'expired') return unusable(incoming, 'expired');
  incoming.note({ refusal: `email: ${attempted.outcome}` });
  if (attempted.outcome === 'refused') return page(400, { key: 'signIn.wrongCode' });
  const { retryAfterSeconds } = attempted;
  return {
    ...page(429, tooManyAttempts(retryAfterSeconds)),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

/** The page of a code or a link that does not work here. */
function unusable(incoming: EndpointRequest, reason: 'elsewhere' | 'expired'): PageResponse {
  incoming.note({ refusal: `email: ${reason}` });
  const page =
    reason === 'elsewhere'
      ? pageElement(MessagePage, {
          title: 'signIn.otherBrowserTitle',
          message: 'signIn.otherBrowserText',
          tone: 'trouble',
        })
      : pageElement(MessagePage, {
          title: 'signIn.codeExpiredTitle',
          message: 'signIn.codeExpiredText',
          icon: 'clock',
          tone: 'trouble',
          next: { href: paths.emailSignIn[0], label: 'signIn.newCode' },
        });
  return { kind: 'page', status: 400, page };
}

function originOf({ address, browser, knownBrowserCookie }: EndpointRequest) {
  return { address, browser, knownBrowserCookie };
}
