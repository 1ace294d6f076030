import { DeveloperHint, type DeveloperHintProps } from './developer-hint.js';
import { displayName } from './display-name.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { useBrand, useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';
import { type PageUser, UserCard } from './user-card.js';

export interface SignOutPageProps extends FormTarget {
  readonly user: PageUser;
  /** Name of the app that sent the request; undefined if unknown. */
  readonly appName?: string | undefined;
  /** What is wrong with the app's request. It gets no response, but the user can still sign out. */
  readonly problem?: DeveloperHintProps | undefined;
}

/** The sign-out page, with the buttons `sign-out` and `stay`. */
export function SignOutPage(props: SignOutPageProps) {
  const { action, hidden, csrfToken, user, appName, problem } = props;
  const target = { action, hidden, csrfToken };
  const t = useTexts();
  const brand = <bdi class="strong">{useBrand().name}</bdi>;
  const consequence = t.rich('signOut.consequence', { brand });
  return (
    <Layout title={t(problem === undefined ? 'signOut.title' : 'signOut.titleWithError')}>
      {problem === undefined ? (
        <>
          <h1>{t('signOut.question')}</h1>
          <p class="lead">
            {appName !== undefined && (
              <>
                {t.rich('signOut.requestedBy', {
                  app: <bdi class="strong">{displayName(appName, t('common.unnamedApp'))}</bdi>,
                })}{' '}
              </>
            )}
            {consequence}
          </p>
        </>
      ) : (
        <>
          <span class="badge badge-trouble">
            <Icon name="alert" />
          </span>
          <h1>{t('signOut.invalidRequest')}</h1>
          <p class="lead">
            {t('signOut.stillSignedIn')} {consequence}
          </p>
        </>
      )}
      <UserCard user={user} />
      <div class="choices">
        <PostForm target={target}>
          <button id="stay" type="submit" name="decision" value="stay" class="button button-wide">
            {t('signOut.stay')}
          </button>
        </PostForm>
        <PostForm target={target}>
          <button
            id="sign-out"
            type="submit"
            name="decision"
            value="sign-out"
            class="button button-primary button-wide"
          >
            {t('signOut.signOut')}
          </button>
        </PostForm>
      </div>
      {problem !== undefined && <DeveloperHint {...problem} />}
    </Layout>
  );
}
