import type { Session } from '../accounts/sign-in.js';
import type { CreateEvent } from '../audit/events.js';
import type { AuthorizationRequest } from '../authorization/authorization-request.js';
import type { AuthorizationFlow } from '../authorization/flow.js';
import type { Ticket, Tickets } from '../authorization/ticket.js';
import { type AppBrand, appBrandOf, type BrandingPolicy } from '../clients/app-brand.js';
import { consentItemsOf } from '../consents/consent-items.js';
import { type ConsentLine, consentLines } from '../consents/consent-lines.js';
import type { FindConsent } from '../consents/find-consent.js';
import {
  declinedItems,
  isOptional,
  itemField,
  shownItemsHash,
  withoutItems,
} from '../consents/optional-items.js';
import type { LogoCopies } from '../logos/logo-copies.js';
import { ConsentPage, formScript, pageElement } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ConsentItem, DynamicClientStore } from '../storage/ports/index.js';
import { chooseLanguage, type LanguagePreferences } from '../texts/choose-language.js';
import type { Texts } from '../texts/texts.js';
import { accountPath } from './account-return.js';
import { nextPage } from './authorization.endpoint.js';
import { decideTicket } from './decide-ticket.js';
import { deliver } from './deliver.js';
import { destinationPage } from './destination-page.js';
import type { Endpoint, EndpointRequest, EndpointResponse } from './endpoint.js';
import { paths } from './paths.js';
import { consentEvent } from './protocol-events.js';
import { readPageForm, type TicketDependencies } from './ticket-form.js';

export interface ConsentEndpointDependencies extends TicketDependencies {
  readonly flow: AuthorizationFlow;
  readonly findConsent: FindConsent;
  readonly createEvent: CreateEvent;
  readonly dynamicClients: DynamicClientStore;
  readonly scopes: ScopeCatalogue;
  readonly texts: Texts;
  readonly logos: Pick<LogoCopies, 'addressFor'>;
  readonly branding: Pick<BrandingPolicy, 'allowed'>;
}

/** `GET|POST /consent`: asks the user for consent. It checks the whole request again, so that nothing stale is granted. */
export function consentEndpoint(dependencies: ConsentEndpointDependencies): Endpoint {
  const { flow, tickets, findConsent, createEvent, dynamicClients, scopes, logos, texts } = dependencies;
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const text = (form ?? new URLSearchParams(incoming.query)).get('ticket');
    const found = await decideTicket(dependencies, incoming, text);
    if ('response' in found) return found.response;
    const { ticket, request, decision } = found;
    const items = consentItemsOf(request);
    const consentEventOf = (
      type: 'consent.given' | 'consent.denied',
      by: Session,
      decided: readonly ConsentItem[],
    ) =>
      consentEvent(createEvent, type, {
        client: request.client,
        session: by,
        items: decided,
        address: incoming.address,
      });
    const deny = async () => {
      // Only a denial by a signed-in user is recorded.
      const event =
        decision.next === 'consent' ? consentEventOf('consent.denied', decision.session, items) : undefined;
      // RFC 6749 §4.1.2.1
      const denial = new OAuthError('access_denied', 'The user denied the request');
      return deliver(await flow.refuse(request, denial, { ticket, event }));
    };
    if (form?.get('decision') === 'deny') return deny();
    if (decision.next !== 'consent' && decision.next !== 'grant') {
      return nextPage(decision.next, tickets, ticket);
    }
    const catalogue = scopes.current();
    const canLeaveOut = (item: ConsentItem) => isOptional(item, request.client, catalogue);
    const itemsHash = shownItemsHash(items, canLeaveOut);
    const allowed =
      form?.get('decision') === 'allow' &&
      form.get('session') === decision.session.record.id &&
      form.get('items') === itemsHash;
    if (allowed) {
      const declined = declinedItems(items, canLeaveOut, form);
      const given = items.filter((item) => !declined.includes(item));
      // Nothing is left of the request.
      if (given.length === 0) return deny();
      const event = consentEventOf('consent.given', decision.session, given);
      const consented = { items: given, event };
      const narrowed = withoutItems(request, declined);
      return deliver(await flow.grant(narrowed, decision.session, { ticket, consented }));
    }
    if (decision.next === 'grant') return deliver(await flow.grant(request, decision.session, { ticket }));
    const languages = { uiLocales: ticket.parameters.ui_locales, account: decision.session.account };
    const known = await findConsent(decision.session.account.id, request.client.id);
    const isSelfRegistered = await dynamicClients.isDynamic(request.client.id);
    const lines = consentLines(items, {
      known,
      catalogue,
      isOptional: canLeaveOut,
      audience: request.audience,
      texts: texts.in(chooseLanguage(languages, incoming.headers.get('accept-language'))),
    });
    return consentPage(incoming, ticket, tickets, request, decision.session, {
      lines,
      languages,
      itemFields: {
        items: itemsHash,
        // What has no field of its own on the page is not left out.
        ...Object.fromEntries(
          items
            .map((item, index) => ({ item, field: itemField(index) }))
            .filter(({ item, field }) => canLeaveOut(item) && !lines.some((line) => line.field === field))
            .map(({ field }) => [field, 'on']),
        ),
      },
      isSelfRegistered,
      logoUri: await logos.addressFor(request.client),
      appBrand: appBrandOf(request.client, dependencies.branding),
    });
  };
}

function consentPage(
  incoming: EndpointRequest,
  ticket: Ticket,
  tickets: Tickets,
  request: AuthorizationRequest,
  session: Session,
  {
    lines,
    languages,
    itemFields,
    isSelfRegistered,
    logoUri,
    appBrand,
  }: {
    readonly languages: LanguagePreferences;
    readonly lines: readonly ConsentLine[];
    /** Which items the page shows, and those that the user cannot leave out on it. */
    readonly itemFields: Readonly<Record<string, string>>;
    readonly isSelfRegistered: boolean;
    readonly logoUri: string | undefined;
    readonly appBrand: AppBrand | undefined;
  },
): EndpointResponse {
  const { client, destination } = request;
  const { metadata } = client;
  const { host, form } = destinationPage(destination);
  const carried = tickets.seal(ticket);
  return {
    kind: 'page',
    status: 200,
    appBrand,
    ...form,
    languages,
    script: formScript,
    page: pageElement(ConsentPage, {
      action: paths.consent[0],
      // Allow counts only for the user and the items that the page showed, whatever changes in another window.
      hidden: { ticket: carried, session: session.record.id, ...itemFields },
      csrfToken: incoming.formToken,
      app: {
        name: client.name,
        host,
        logoUri,
        policyUri: metadata.policy_uri,
        termsUri: metadata.tos_uri,
        isSelfRegistered,
        publisher: metadata.publisher,
        website: metadata.client_uri,
        isVerified: metadata.verified === true,
      },
      accountHref: accountPath('apps'),
      user: { name: session.account.name, email: session.account.email ?? session.account.username },
      scopes: lines,
      switchAccount: {
        action: paths.switchAccount[0],
        hidden: { ticket: carried },
        csrfToken: incoming.formToken,
      },
    }),
  };
}
