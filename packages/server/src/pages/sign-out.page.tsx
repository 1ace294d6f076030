import { DeveloperHint, type DeveloperHintProps } from './developer-hint.js';
import { displayName } from './display-name.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { useBrand } from './page-context.js';
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
  const consequence = (
    <>
      You will be signed out of <bdi class="strong">{useBrand().name}</bdi> in this browser. Apps that you
      signed in to with it may sign you out too.
    </>
  );
  return (
    <Layout title={problem === undefined ? 'Sign out' : 'Error: sign out'}>
      {problem === undefined ? (
        <>
          <h1>Do you want to sign out?</h1>
          <p class="lead">
            {appName !== undefined && (
              <>
                <bdi class="strong">{displayName(appName, 'An app without a name')}</bdi> sent this request.{' '}
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
          <h1>The app’s sign-out request is invalid</h1>
          <p class="lead">
            You are still signed in. You can sign out here, but you will not be taken back to the app.{' '}
            {consequence}
          </p>
        </>
      )}
      <UserCard user={user} />
      <div class="choices">
        <PostForm target={target}>
          <button id="stay" type="submit" name="decision" value="stay" class="button button-wide">
            Stay signed in
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
            Sign out
          </button>
        </PostForm>
      </div>
      {problem !== undefined && <DeveloperHint {...problem} />}
    </Layout>
  );
}
