import type { Session, SignIns } from '../../accounts/sign-in.js';
import type { Clock } from '../../crypto/clock.js';
import { AccountPage, type AccountPageProps, formScript, pageElement } from '../../pages/index.js';
import { OAuthError } from '../../protocol/index.js';
import type { TextKey } from '../../texts/catalogues.js';
import type { Message } from '../../texts/texts.js';
import { accountPageName, accountPath, signInAndReturn } from '../account-return.js';
import {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  type PageResponse,
  redirect,
} from '../endpoint.js';
import { paths } from '../paths.js';
import { readPageForm } from '../ticket-form.js';
import { requireRecentSignIn } from './recent-sign-in.js';
import type { AccountOutcome, AccountRequest, AccountSection, AccountView } from './section.js';

/** The field with the user that a form was made for. */
const USER_FIELD = 'account';

export interface AccountDependencies {
  readonly signIns: Pick<SignIns, 'find'>;
  /** In the order of the navigation. */
  readonly sections: readonly AccountSection[];
  readonly clock: Clock;
}

/**
 * `GET /account`, `GET /account/:section` and `GET|POST /account/:section/:action`: the pages of a user about their own
 * account. A section reads and changes nothing but the account of the session.
 */
export function accountEndpoint(dependencies: AccountDependencies): Endpoint {
  const { signIns, sections, clock } = dependencies;
  return async (incoming) => {
    const { section: name, action } = incoming.pathParameters;
    const section = sections.find((one) => one.name === name);
    if (name !== undefined && section === undefined) throw notFound();
    const session = await signIns.find(incoming.sessionCookie);
    if (session === undefined) {
      const isPage = name !== undefined && action !== undefined && incoming.method === 'GET';
      const token = new URLSearchParams(incoming.query).get('token');
      return signInAndReturn(isPage ? accountPageName(name, action, token) : name);
    }
    incoming.note({ userId: session.account.id });
    if (section === undefined) return page(dependencies, incoming, session, undefined, {});
    const request = requestOf(incoming, session, section);
    if (section.isSensitive === true) {
      const signIn = requireRecentSignIn(session, section.name, clock());
      if (signIn !== undefined) return signIn;
    }
    if (action === undefined) {
      const view = await section.show(request);
      return page(dependencies, incoming, session, section, view, noticeOf(section, request.query));
    }
    if (incoming.method === 'GET') {
      const subpage = own(section.pages, action);
      if (subpage === undefined) throw notFound();
      if (subpage.isSensitive) {
        const signIn = requireRecentSignIn(session, accountPageName(section.name, action), clock());
        if (signIn !== undefined) return signIn;
      }
      return page(dependencies, incoming, session, section, await subpage.show(request));
    }
    return runAction(dependencies, section, action, request);
  };
}

async function runAction(
  dependencies: AccountDependencies,
  section: AccountSection,
  name: string,
  request: AccountRequest,
): Promise<EndpointResponse> {
  const { incoming, session } = request;
  const action = own(section.actions, name);
  if (action === undefined) throw notFound();
  if (action.isSensitive) {
    const signIn = requireRecentSignIn(session, section.name, dependencies.clock());
    if (signIn !== undefined) return signIn;
  }
  const form = readPageForm(incoming);
  if (form.get(USER_FIELD) !== session.account.id) {
    // Another user has signed in since the page was shown.
    const error: Message = { key: 'account.otherUser' };
    return page(dependencies, incoming, session, section, {
      ...(await section.show(request)),
      error,
      status: 409,
    });
  }
  const outcome = await action.run(request, form);
  if (isResponse(outcome)) return outcome;
  if ('done' in outcome) {
    return redirect(`${accountPath(section.name)}?done=${outcome.done}`, outcome.session);
  }
  return page(dependencies, incoming, session, section, outcome);
}

const isResponse = (outcome: AccountOutcome): outcome is EndpointResponse => 'kind' in outcome;

function requestOf(incoming: EndpointRequest, session: Session, { name }: AccountSection): AccountRequest {
  return {
    incoming,
    session,
    query: new URLSearchParams(incoming.query),
    formFor: (action, hidden = {}) => ({
      action: `${accountPath(name)}/${action}`,
      hidden: { ...hidden, [USER_FIELD]: session.account.id },
      csrfToken: incoming.formToken,
    }),
  };
}

function page(
  { sections }: AccountDependencies,
  incoming: EndpointRequest,
  { account }: Session,
  current: AccountSection | undefined,
  view: Partial<AccountView>,
  notice?: TextKey,
): PageResponse {
  const { body, title, error, status = 200, script, session: change } = view;
  const props: AccountPageProps = {
    user: { name: account.name, email: account.email ?? account.username },
    sections: sections.map((section) => ({ ...section, href: accountPath(section.name) })),
    current: current?.name,
    title,
    accountHref: paths.account[0],
    signOutHref: paths.logout[0],
    notice: notice === undefined ? undefined : { key: notice },
    error,
    body,
  };
  return {
    kind: 'page',
    status,
    languages: { account, uiLocales: new URLSearchParams(incoming.query).get('ui_locales') ?? undefined },
    script: script === undefined ? formScript : `${formScript} ${script}`,
    page: pageElement(AccountPage, props),
    ...(change === undefined ? {} : { session: change }),
  };
}

function noticeOf({ notices }: AccountSection, query: URLSearchParams): TextKey | undefined {
  return own(notices, query.get('done') ?? '');
}

/** The member of this name, never one that every object has. */
function own<T>(members: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return members !== undefined && Object.hasOwn(members, name) ? members[name] : undefined;
}

function notFound(): OAuthError {
  return new OAuthError('invalid_request', 'There is no resource at this address', { status: 404 });
}
