import type { JSX } from 'hono/jsx/jsx-runtime';
import type { TextKey } from '../../texts/catalogues.js';
import type { Message } from '../../texts/texts.js';
import { Alert } from '../alert.js';
import { FormScript } from '../form-script.js';
import { Icon, type IconName } from '../icons.js';
import { Layout } from '../layout.js';
import { Link } from '../own-address.js';
import { useTexts } from '../page-context.js';
import { type PageUser, UserCard } from '../user-card.js';

/** The groups of sections, in the order of the page, with their headings. */
const groups = {
  you: 'account.groupYou',
  signIn: 'account.groupSignIn',
  access: 'account.groupAccess',
  data: 'account.groupData',
} as const satisfies Record<string, TextKey>;

export type AccountGroup = keyof typeof groups;

const groupNames = Object.keys(groups) as readonly AccountGroup[];

/** A section, as the navigation shows it. */
export interface AccountPageSection {
  readonly name: string;
  readonly group: AccountGroup;
  readonly icon: IconName;
  readonly title: TextKey;
  readonly description: TextKey;
  readonly href: string;
}

export interface AccountPageProps {
  readonly user: PageUser;
  readonly sections: readonly AccountPageSection[];
  /** The name of the shown section; undefined for the overview. */
  readonly current?: string | undefined;
  /** The title of a further page of the section. */
  readonly title?: TextKey | undefined;
  readonly accountHref: string;
  readonly signOutHref: string;
  /** What the user has just done. */
  readonly notice?: Message | undefined;
  readonly error?: Message | undefined;
  /** The content of the section. */
  readonly body?: JSX.Element | undefined;
}

/** The pages of a user about their own account: an overview of the sections, or one of them. */
export function AccountPage(props: AccountPageProps) {
  const t = useTexts();
  const { sections, user, signOutHref } = props;
  const current = sections.find(({ name }) => name === props.current);
  const title = t(props.title ?? current?.title ?? 'account.title');
  // A further page leads back to its section.
  const back = current !== undefined && props.title !== undefined ? current : undefined;
  return (
    <Layout title={props.error === undefined ? title : t('account.titleWithError', { title })} isWide>
      <UserCard user={user}>
        <Link id="sign-out" class="quiet person-switch" href={signOutHref}>
          {t('account.signOut')}
        </Link>
      </UserCard>
      {current === undefined ? (
        <Overview sections={sections} />
      ) : (
        <div class="account-columns">
          <Navigation sections={sections} current={current} />
          <div class="account-section">
            <p class="account-back">
              <Link class="quiet" href={back?.href ?? props.accountHref}>
                <Icon name="arrow" />
                {t(back?.title ?? 'account.title')}
              </Link>
            </p>
            <h1>{title}</h1>
            {back === undefined && <p class="lead">{t(current.description)}</p>}
            <Messages notice={props.notice} error={props.error} />
            {props.body}
          </div>
        </div>
      )}
      <FormScript />
    </Layout>
  );
}

function Messages({ notice, error }: Pick<AccountPageProps, 'notice' | 'error'>) {
  const t = useTexts();
  return (
    <>
      {notice !== undefined && (
        <p class="done" role="status">
          <Icon name="check" />
          <span>{t(notice)}</span>
        </p>
      )}
      <Alert error={error} />
    </>
  );
}

function Overview({ sections }: Pick<AccountPageProps, 'sections'>) {
  const t = useTexts();
  return (
    <>
      <h1 class="account-title">{t('account.title')}</h1>
      <div class="account-groups">
        {groupNames
          .map((group) => ({ group, own: sections.filter((section) => section.group === group) }))
          .filter(({ own }) => own.length > 0)
          .map(({ group, own }) => (
            <section key={group} aria-labelledby={`group-${group}`}>
              <h2 id={`group-${group}`}>{t(groups[group])}</h2>
              <ul class="doors">
                {own.map(({ name, href, icon, title, description }) => (
                  <li key={name}>
                    <Link class="door" href={href}>
                      <span class="scope-icon">
                        <Icon name={icon} />
                      </span>
                      <span class="door-text">
                        <span class="door-label">{t(title)}</span>
                        <span class="door-description">{t(description)}</span>
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </>
  );
}

function Navigation({
  sections,
  current,
}: Pick<AccountPageProps, 'sections'> & { current: AccountPageSection }) {
  const t = useTexts();
  return (
    <nav class="account-nav" aria-label={t('account.title')}>
      <ul>
        {sections.map(({ name, href, icon, title }) => (
          <li key={name}>
            <Link class="account-nav-link" href={href} isCurrent={name === current.name}>
              <Icon name={icon} />
              {t(title)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
