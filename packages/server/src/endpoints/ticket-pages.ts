import { ErrorPage, type ErrorPageProps, pageElement } from '../pages/index.js';
import type { PageResponse } from './endpoint.js';

/** The URL or form has no ticket, or one that this server did not issue. */
export const unknownTicket = (): PageResponse =>
  pageOf({ title: 'errors.onlyFromApp', message: 'common.goBackToApp' });

/** The browser stores no cookies, or has deleted them since the request began. */
export const withoutCookies = (): PageResponse =>
  pageOf({ title: 'errors.needsCookies', message: 'errors.needsCookiesMessage' });

/** The request began in another browser: a decision here would connect that browser to this user's account. */
export const openedElsewhere = (): PageResponse =>
  pageOf({ title: 'errors.anotherBrowser', message: 'errors.anotherBrowserMessage' });

/** The user has already decided about the request. */
export const alreadyDecided = (): PageResponse =>
  pageOf({ title: 'errors.alreadyDecided', message: 'errors.alreadyDecidedMessage' });

/** @param restartHref undefined where only the app can start the request again */
export const tookTooLong = (restartHref: string | undefined): PageResponse =>
  pageOf({
    title: 'errors.expired',
    message: restartHref === undefined ? 'errors.expiredOnlyFromApp' : 'errors.expiredMessage',
    restartHref,
  });

function pageOf(props: ErrorPageProps): PageResponse {
  return { kind: 'page', status: 400, page: pageElement(ErrorPage, props) };
}
