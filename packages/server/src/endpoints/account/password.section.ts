import type { OwnLogin } from '../../accounts/self-service/own-login.js';
import { PasswordPart, pageElement } from '../../pages/index.js';
import { accountPath } from '../account-return.js';
import { type OpenSessionDependencies, openSession } from '../complete-sign-in.js';
import { redirect } from '../endpoint.js';
import type { AccountRequest, AccountSection } from './section.js';

export interface PasswordSectionDependencies
  extends Pick<OpenSessionDependencies, 'signIns' | 'sessionSeconds' | 'sessionStates'> {
  readonly ownLogin: Pick<OwnLogin, 'changePassword'>;
  /** In characters. */
  readonly passwordMinLength: number;
}

/**
 * `/account/password`: a new password. It ends all sessions; the one in this browser starts again with another cookie. The
 * current password is not a field, since the section requires a recent sign-in.
 */
export function passwordSection(dependencies: PasswordSectionDependencies): AccountSection {
  const { ownLogin, passwordMinLength } = dependencies;

  const show = ({ session: { account }, formFor }: AccountRequest) => ({
    body: pageElement(PasswordPart, {
      target: formFor('save'),
      username: account.username,
      hasPassword: account.passwordHash !== null,
      minLength: passwordMinLength,
    }),
  });

  return {
    name: 'password',
    group: 'signIn',
    icon: 'lock',
    title: 'signUp.passwordSectionTitle',
    description: 'signUp.passwordSectionDescription',
    isSensitive: true,
    show: async (request) => show(request),
    actions: {
      save: {
        isSensitive: true,
        async run(request, form) {
          const { session, incoming } = request;
          const { account, record } = session;
          if (account.passwordHash === null) return show(request);
          const chosen = {
            password: form.get('password') ?? '',
            endAccess: form.get('end_access') === '1',
          };
          const outcome = await ownLogin.changePassword(account, chosen, incoming.address);
          if ('problem' in outcome) return { ...show(request), error: outcome.problem, status: 400 };
          const { authTime, acr, amr } = record;
          const user = {
            account: outcome.changed,
            authentication: { authTime, acr, amr },
            method: 'password',
          };
          const { change } = await openSession(dependencies, incoming, user);
          return redirect(`${accountPath('password')}?done=saved`, change);
        },
      },
    },
    notices: { saved: 'signUp.passwordSaved' },
  };
}
