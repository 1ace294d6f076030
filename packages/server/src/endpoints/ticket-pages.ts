import { ErrorPage, pageElement } from '../pages/index.js';
import type { PageResponse } from './endpoint.js';

const START_FROM_THE_APP = 'Go back to the app and start again from there.';

/** The URL or form has no ticket, or one that this server did not issue. */
export const unknownTicket = (): PageResponse =>
  pageOf({ title: 'This page can only be opened from an app', message: START_FROM_THE_APP });

/** The browser stores no cookies, or has deleted them since the request began. */
export const withoutCookies = (): PageResponse =>
  pageOf({
    title: 'This page needs cookies',
    message: `Your browser did not store a cookie of this site. Allow cookies for this site. ${START_FROM_THE_APP}`,
  });

/** The request began in another browser: a decision here would connect that browser to this user's account. */
export const openedElsewhere = (): PageResponse =>
  pageOf({
    title: 'This page was opened in another browser',
    message: `It works only in the browser that opened it first. ${START_FROM_THE_APP}`,
  });

/** The user has already decided about the request. */
export const alreadyDecided = (): PageResponse =>
  pageOf({
    title: 'You have already answered this request',
    message: `Each request can be answered only once. If the app is not connected, go back to it and start again from there.`,
  });

/** @param restartHref undefined where only the app can start the request again */
export const tookTooLong = (restartHref: string | undefined): PageResponse =>
  pageOf({
    title: 'This request has expired',
    message: `Requests expire after a time, for your security. ${restartHref === undefined ? START_FROM_THE_APP : 'You can start it again now.'}`,
    restartHref,
  });

function pageOf(props: Parameters<typeof ErrorPage>[0]): PageResponse {
  return { kind: 'page', status: 400, page: pageElement(ErrorPage, props) };
}
