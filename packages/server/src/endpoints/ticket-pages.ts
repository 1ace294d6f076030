import { ErrorPage } from '../pages/index.js';
import type { PageResponse } from './endpoint.js';

const START_FROM_THE_APP = 'Go back to the app that you were connecting and start again from there.';

/** The address or form has no ticket, or one that this server did not make. */
export const unknownTicket = (): PageResponse =>
  pageOf({ title: 'This page cannot be opened on its own', message: START_FROM_THE_APP });

/** The browser keeps no cookies, or has deleted them since the request began. */
export const withoutCookies = (): PageResponse =>
  pageOf({
    title: 'This page needs cookies',
    message: `Your browser did not keep the cookie that was set when you came here. Allow cookies for this site. ${START_FROM_THE_APP}`,
  });

/** The request began in another browser: an answer given here would connect that browser to this user's account. */
export const openedElsewhere = (): PageResponse =>
  pageOf({
    title: 'This page was opened in another browser',
    message: `It works only in the browser in which it was opened first. ${START_FROM_THE_APP}`,
  });

/** The user has answered the request, and came back to its page. */
export const answeredBefore = (): PageResponse =>
  pageOf({
    title: 'You have already answered this request',
    message: `Each request can be answered once. If the app is not connected, go back to it and start again from there.`,
  });

/** @param restartHref undefined where only the app can start the request again */
export const tookTooLong = (restartHref: string | undefined): PageResponse =>
  pageOf({
    title: 'This took a little too long',
    message: `For your safety the request was put aside. ${restartHref === undefined ? START_FROM_THE_APP : 'You can start it again now.'}`,
    restartHref,
  });

function pageOf(props: Parameters<typeof ErrorPage>[0]): PageResponse {
  return { kind: 'page', status: 400, page: ErrorPage(props) };
}
