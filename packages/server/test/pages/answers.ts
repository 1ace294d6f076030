import { logoutProblem, stillSignedIn } from '../../src/endpoints/logout-pages.js';
import { notConnected, providerProblem } from '../../src/endpoints/provider-pages.js';
import {
  alreadyDecided,
  openedElsewhere,
  tookTooLong,
  unknownTicket,
  withoutCookies,
} from '../../src/endpoints/ticket-pages.js';
import {
  AccountDeletedPage,
  ConnectProviderPage,
  defaultBrand,
  FormPostPage,
  LeavePage,
  MessagePage,
  pageElement,
  renderPage,
  SignedOutPage,
  SignInPage,
  StepExpiredPage,
} from '../../src/pages/index.js';
import { OAuthError } from '../../src/protocol/index.js';
import type { Language } from '../../src/texts/languages.js';
import { createTexts } from '../../src/texts/texts.js';
import { render, target } from './rendered.js';

const provider = 'Example University';
const at = { provider, ticket: undefined, retryAfterSeconds: 900 };

const app = { appName: 'Photo Printer', host: 'printer.example' };

/** The pages that are the same for every request, and those after the visit of a provider. */
const pages = {
  'unknown ticket': unknownTicket,
  'without cookies': withoutCookies,
  'opened elsewhere': openedElsewhere,
  'already decided': alreadyDecided,
  'took too long': () => tookTooLong('/oauth2/authorize'),
  'still signed in': stillSignedIn,
  'not connected': () => notConnected(at),
  'provider: denied': () => providerProblem('denied', at),
  'provider: unavailable': () => providerProblem('unavailable', at),
  'provider: refused': () => providerProblem('refused', at),
  'provider: not allowed': () => providerProblem('notAllowed', at),
  'provider: not recent': () => providerProblem('notRecent', at),
  'provider: disabled': () => providerProblem('disabled', at),
  'provider: expired': () => providerProblem('expired', at),
  'provider: other browser': () => providerProblem('otherBrowser', at),
  'provider: other user': () => providerProblem('otherUser', at),
  'provider: too many attempts': () => providerProblem('tooManyAttempts', at),
  'connect a provider': () => ({
    page: pageElement(ConnectProviderPage, {
      target,
      provider,
      label: 'ada.lovelace@university.example',
      account: 'ada@example.com',
      cancel: { label: 'common.cancel', href: '/account/providers' },
    }),
  }),
  'signed out': () => ({ page: pageElement(SignedOutPage, {}) }),
  'logout problem': () => logoutProblem(new OAuthError('invalid_request', 'id_token_hint is expired')),
  'leave for an app': () => ({
    page: pageElement(LeavePage, { ...app, redirectUri: 'https://printer.example/' }),
  }),
  'leave for an app by form': () => ({
    page: pageElement(LeavePage, { ...app, redirectUri: 'https://printer.example/', fields: { error: 'x' } }),
  }),
  'back to an app by form': () => ({
    page: pageElement(FormPostPage, { appName: app.appName, action: 'https://printer.example/', fields: {} }),
  }),
  'password was reset': () => ({
    page: pageElement(MessagePage, {
      title: 'signUp.resetDoneTitle',
      message: { key: 'signUp.resetDoneText' },
      icon: 'check',
      next: { href: '/signin', label: 'signIn.title' },
    }),
  }),
  'step expired': () => ({ page: pageElement(StepExpiredPage, { signInHref: '/signin' }) }),
  'account deleted': () => ({ page: pageElement(AccountDeletedPage, {}) }),
};

/** The sign-in page with the brand of an app. */
function brandedPage(language: Language): string {
  const brand = { accentLight: '#0b57d0', accentDark: undefined, logoStyle: 'icon' } as const;
  return renderPage(pageElement(SignInPage, { ...target, appName: app.appName, appHost: app.host }), {
    base: '',
    texts: texts.in(language),
    brand: defaultBrand,
    app: { ...brand, host: 'sign-in.printer.example' },
  });
}

const texts = createTexts();

/** The HTML of pages that are hard to reach by requests, by what they say. */
export function answersIn(language: Language): Record<string, string> {
  const plain = Object.entries(pages).map(([name, make]) => {
    const { page } = make();
    if (page === undefined || page instanceof Uint8Array) throw new Error(`${name} is no page`);
    return [name, render(page, 'Grantor', language)] as const;
  });
  return { ...Object.fromEntries(plain), 'brand of an app': brandedPage(language) };
}
