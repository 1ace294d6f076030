import { ContinueTo, type ContinueToProps } from './continue-to.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';
import { safeHref } from './safe-href.js';
import { type PageUser, UserCard, useNameOf } from './user-card.js';

export interface SelectAccountPageProps extends FormTarget, ContinueToProps {
  /** The signed-in user. */
  readonly user: PageUser;
  /** Where the user signs in with another account, a path of this server. */
  readonly anotherHref: string;
}

/** The account selection page: the signed-in account (id `continue`) or another one (id `another`). */
export function SelectAccountPage(props: SelectAccountPageProps) {
  const { action, hidden, csrfToken, appName, appHost, user } = props;
  const t = useTexts();
  const name = useNameOf(user);
  const another = safeHref(props.anotherHref);
  return (
    <Layout title={t('selectAccount.title')}>
      <h1>{t('selectAccount.title')}</h1>
      <ContinueTo appName={appName} appHost={appHost} />
      <UserCard user={user} />
      <PostForm target={{ action, hidden, csrfToken }} class="fields">
        <button id="continue" type="submit" class="button button-primary button-wide">
          <span>{t.rich('selectAccount.continueAs', { user: <bdi>{name}</bdi> })}</span>
        </button>
      </PostForm>
      {another !== undefined && (
        <p class="aside">
          <Link id="another" class="quiet" href={another}>
            {t('selectAccount.another')}
          </Link>
        </p>
      )}
    </Layout>
  );
}
