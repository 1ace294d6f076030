import { accountChangesSchema } from '../../accounts/account-fields.js';
import type { AccountManagement } from '../../accounts/account-management.js';
import { representAccount } from '../../accounts/account-representation.js';
import type { CreateEvent } from '../../audit/events.js';
import { ProfilePart, type ProfilePartProps, pageElement } from '../../pages/index.js';
import type { AccountStore, GroupStore } from '../../storage/ports/index.js';
import { languageOfAccount } from '../../texts/choose-language.js';
import { languages } from '../../texts/languages.js';
import type { AccountRequest, AccountSection } from './section.js';
import { userEvent } from './user-event.js';

/** The names of the languages in themselves. */
const names = languages.map((tag) => ({
  tag: tag as string,
  name: new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag,
}));

export interface ProfileDependencies {
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly groups: Pick<GroupStore, 'groupsOf'>;
  readonly management: Pick<AccountManagement, 'update'>;
  readonly createEvent: CreateEvent;
}

/**
 * `/account/profile`: who the user is. The username is not changed here: a free choice would tell which usernames and email
 * addresses others have, and let a user take the address of another.
 */
export function profileSection({
  accounts,
  groups,
  management,
  createEvent,
}: ProfileDependencies): AccountSection {
  const show = ({ session: { account }, formFor }: AccountRequest, values: ProfilePartProps['values']) => ({
    body: pageElement(ProfilePart, {
      target: formFor('save'),
      username: account.username,
      email: account.email,
      isEmailVerified: account.emailVerified,
      values,
      languages: [{ tag: '', name: undefined }, ...names],
    }),
  });

  return {
    name: 'profile',
    group: 'you',
    icon: 'card',
    title: 'account.profileTitle',
    description: 'account.profileDescription',
    async show(request) {
      const { account } = request.session;
      return show(request, {
        name: account.name,
        given_name: account.givenName ?? '',
        family_name: account.familyName ?? '',
        locale: languageOfAccount(account) ?? '',
      });
    },
    actions: {
      save: {
        isSensitive: false,
        async run(request, form) {
          const { session, incoming } = request;
          const text = (name: string) => (form.get(name) ?? '').trim();
          const values = {
            name: text('name'),
            given_name: text('given_name'),
            family_name: text('family_name'),
            locale: text('locale'),
          };
          const isKnownLanguage = values.locale === '' || names.some(({ tag }) => tag === values.locale);
          const fields = accountChangesSchema.safeParse({
            name: values.name,
            given_name: values.given_name || null,
            family_name: values.family_name || null,
            claims: { locale: isKnownLanguage ? values.locale || null : undefined },
          });
          if (!fields.success) {
            const field = String(fields.error.issues[0]?.path[0]);
            const key = field === 'name' ? 'account.profileInvalidName' : 'account.profileInvalidOtherName';
            return { ...show(request, values), error: { key }, status: 400 };
          }
          await management.update(session.account.id, fields.data, {
            event: userEvent(createEvent, session, incoming),
          });
          return { done: 'saved' };
        },
      },
    },
    notices: { saved: 'account.profileSaved' },
    async data(accountId) {
      const account = await accounts.find(accountId);
      return {
        account: account === undefined ? null : representAccount(account),
        groups: await groups.groupsOf(accountId),
      };
    },
  };
}
