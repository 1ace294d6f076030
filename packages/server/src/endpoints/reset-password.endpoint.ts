import type { OwnLogin } from '../accounts/self-service/own-login.js';
import { MessagePage, pageElement } from '../pages/index.js';
import type { AccountLinkRecord } from '../storage/ports/index.js';
import type { Message } from '../texts/texts.js';
import { accountPath } from './account-return.js';
import { type Endpoint, type EndpointRequest, redirect } from './endpoint.js';
import { emailForm, mailRequested, mailRequester, passwordForm, unusableLink } from './mailed-link.js';
import { paths } from './paths.js';
import { readPageForm } from './ticket-form.js';

export interface ResetPasswordDependencies {
  readonly ownLogin: Pick<OwnLogin, 'requestReset' | 'findReset' | 'reset'>;
  /** In characters. */
  readonly passwordMinLength: number;
}

/** `GET|POST /reset-password`: asks for an email address and sends a link to it. */
export function resetPasswordEndpoint({ ownLogin }: ResetPasswordDependencies): Endpoint {
  return async (incoming) => {
    const form = incoming.method === 'POST' ? readPageForm(incoming) : undefined;
    const email = form?.get('email') ?? '';
    const props = {
      title: 'signUp.resetTitle',
      lead: 'signUp.resetLead',
      action: paths.resetPassword[0],
      hidden: {},
      csrfToken: incoming.formToken,
      email,
      aside: { href: paths.signIn[0], label: 'signIn.title' },
    } as const;
    if (form === undefined) return emailForm(props);
    return mailRequested(await ownLogin.requestReset(email, mailRequester(incoming)), props);
  };
}

/**
 * `GET|POST /reset-password/choose`: the page behind the link. Opening it changes nothing; its form changes the password.
 * The user then signs in, so that a second factor is asked for.
 */
export function chooseNewPasswordEndpoint({
  ownLogin,
  passwordMinLength,
}: ResetPasswordDependencies): Endpoint {
  const unusable = () => unusableLink(paths.resetPassword[0]);

  const page = (incoming: EndpointRequest, { email }: AccountLinkRecord, token: string, error?: Message) =>
    passwordForm({
      title: 'signUp.chooseTitle',
      email,
      error,
      minLength: passwordMinLength,
      endAccess: true,
      submit: 'signUp.savePassword',
      action: paths.chooseNewPassword[0],
      hidden: { token },
      csrfToken: incoming.formToken,
    });

  return async (incoming) => {
    if (incoming.method !== 'POST') {
      const token = new URLSearchParams(incoming.query).get('token') ?? '';
      const link = await ownLogin.findReset(token);
      return link === undefined ? unusable() : page(incoming, link, token);
    }
    const form = readPageForm(incoming);
    const token = form.get('token') ?? '';
    const chosen = { password: form.get('password') ?? '', endAccess: form.get('end_access') === '1' };
    const outcome = await ownLogin.reset(token, chosen, incoming.address);
    if (outcome.outcome === 'unusable') return unusable();
    if (outcome.outcome === 'refused') return page(incoming, outcome.link, token, outcome.problem);
    const done = pageElement(MessagePage, {
      title: 'signUp.resetDoneTitle',
      message: { key: 'signUp.resetDoneText' },
      icon: 'check',
      next: { href: paths.signIn[0], label: 'signIn.title' },
    });
    return { kind: 'page', status: 200, page: done };
  };
}

/** `GET /.well-known/change-password` leads password managers to the form (W3C, A Well-Known URL for Changing Passwords). */
export function changePasswordEndpoint(): Endpoint {
  return () => redirect(accountPath('password'));
}
