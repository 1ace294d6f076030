import type { AccountManagement } from '../../accounts/account-management.js';
import { normalizeUsername } from '../../accounts/username.js';
import type { CreateEvent } from '../../audit/events.js';
import { AccountDeletedPage, DeletePart, pageElement } from '../../pages/index.js';
import type { AccountRequest, AccountSection } from './section.js';
import { userEvent } from './user-event.js';

export interface DeleteDependencies {
  readonly management: Pick<AccountManagement, 'delete'>;
  readonly createEvent: CreateEvent;
}

/** `/account/delete`: deletes the account, after a recent authentication and with the username typed in. */
export function deleteSection({ management, createEvent }: DeleteDependencies): AccountSection {
  const body = ({ session, formFor }: AccountRequest) =>
    pageElement(DeletePart, { target: formFor('confirm'), username: session.account.username });

  return {
    name: 'delete',
    group: 'data',
    icon: 'alert',
    title: 'account.deleteTitle',
    description: 'account.deleteDescription',
    isSensitive: true,
    show: async (request) => ({ body: body(request) }),
    actions: {
      confirm: {
        isSensitive: true,
        async run(request, form) {
          const { session, incoming } = request;
          const { account } = session;
          if (normalizeUsername(form.get('username') ?? '') !== account.username) {
            return { body: body(request), error: { key: 'account.deleteMismatch' }, status: 400 };
          }
          const outcome = await management.delete(account.id, {
            event: userEvent(createEvent, session, incoming),
          });
          if (outcome === 'lastAdministrator') {
            return { body: body(request), error: { key: 'account.deleteLastAdministrator' }, status: 409 };
          }
          return {
            kind: 'page',
            status: 200,
            languages: { account },
            page: pageElement(AccountDeletedPage, {}),
            session: 'clear',
          };
        },
      },
    },
  };
}
