import type { OwnLogin } from '../../accounts/self-service/own-login.js';
import { ConfirmEmailPart, EmailPart, pageElement } from '../../pages/index.js';
import { isoTime } from '../../validation/time.js';
import { mailRequester, refusalOf } from '../mailed-link.js';
import type { AccountRequest, AccountSection } from './section.js';

/**
 * `/account/email`: another email address. The address changes when a link that was sent to it is confirmed in a session of
 * the same user: the owner of the address cannot be tricked into adding it to the account of another user.
 */
export function emailSection(
  ownLogin: Pick<OwnLogin, 'requestEmail' | 'findEmail' | 'pendingEmails' | 'confirmEmail'>,
): AccountSection {
  const show = ({ session: { account }, formFor }: AccountRequest, newEmail = '') => ({
    body: pageElement(EmailPart, { target: formFor('change'), email: account.email, newEmail }),
  });

  const unusable = (request: AccountRequest) => ({
    ...show(request),
    error: { key: 'signUp.emailLinkUnusable' } as const,
    status: 400,
  });

  return {
    name: 'email',
    group: 'you',
    icon: 'mail',
    title: 'signUp.emailSectionTitle',
    description: 'signUp.emailSectionDescription',
    show: async (request) => show(request),
    pages: {
      confirm: {
        isSensitive: false,
        async show(request) {
          const token = request.query.get('token');
          const link = await ownLogin.findEmail(request.session.account, token);
          if (link === undefined) return unusable(request);
          const target = request.formFor('confirm', { token: token ?? '' });
          return { body: pageElement(ConfirmEmailPart, { target, email: link.email }) };
        },
      },
    },
    actions: {
      change: {
        isSensitive: true,
        async run(request, form) {
          const { session, incoming } = request;
          const text = form.get('email') ?? '';
          const requester = mailRequester(incoming, { account: session.account });
          const outcome = await ownLogin.requestEmail(session.account, text, requester);
          if (outcome.outcome === 'sent') return { done: 'sent' };
          const { error, status } = refusalOf(outcome);
          return { ...show(request, text), error, status };
        },
      },
      confirm: {
        isSensitive: false,
        async run(request, form) {
          const { session, incoming } = request;
          const outcome = await ownLogin.confirmEmail(session.account, form.get('token'), incoming.address);
          return outcome === 'changed' ? { done: 'saved' } : unusable(request);
        },
      },
    },
    data: async (accountId) => ({
      email_changes: (await ownLogin.pendingEmails(accountId)).map(({ email, createdAt, expiresAt }) => ({
        email,
        requested_on: isoTime(createdAt),
        expires_on: isoTime(expiresAt),
      })),
    }),
    notices: { sent: 'signUp.emailSent', saved: 'signUp.emailSaved' },
  };
}
