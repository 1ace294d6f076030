import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { AppLinks } from './app-links.js';
import { ContinueTo } from './continue-to.js';
import { displayName } from './display-name.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { usePageContext, useTexts } from './page-context.js';
import { PasskeyForm, type PasskeyFormProps } from './passkey-form.js';
import { type FormTarget, PostForm } from './post-form.js';
import { safeHref } from './safe-href.js';
import { Tile } from './tile.js';

/** A link from the sign-in page to another page of this server. */
export interface SignInLink {
  /** The id of the element. */
  readonly id: string;
  readonly label: Message;
  readonly href: string;
}

export interface SignInPageProps extends FormTarget {
  /** Other ways to sign in, such as an external provider. */
  readonly otherWays?: readonly SignInLink[] | undefined;
  /** Links below the form, such as "Create an account". */
  readonly links?: readonly SignInLink[] | undefined;
  /** The initial value: from `login_hint`, or from a failed attempt. */
  readonly username?: string | undefined;
  /** Whether a signed-in user must authenticate once more. */
  readonly isAgain?: boolean | undefined;
  /** Name of the app that sent the user here. */
  readonly appName?: string | undefined;
  /** Host that the app returns to, e.g. `localhost:4200`. */
  readonly appHost?: string | undefined;
  /**
   * Information that the app registered for users (OpenID Connect Registration 1.0 §2). The logo is a copy on this
   * server. Null shows the initial of the app instead.
   */
  readonly logoUri?: string | null | undefined;
  readonly policyUri?: string | undefined;
  readonly termsUri?: string | undefined;
  /** The message for a failed attempt. */
  readonly error?: Message | undefined;
  /** Where "Cancel" leads, a path of this server or an http(s) URL; no link without it. */
  readonly cancelHref?: string | undefined;
  /** The request for a passkey; undefined if users cannot sign in with one. */
  readonly passkey?: PasskeyFormProps | undefined;
}

const errorId = 'sign-in-error';

/** Username and password. The fields are named `username` and `password`; the button's id is `sign-in`. */
export function SignInPage({
  action,
  hidden,
  csrfToken,
  username = '',
  isAgain = false,
  appName,
  appHost,
  logoUri,
  policyUri,
  termsUri,
  error,
  cancelHref,
  otherWays = [],
  links = [],
  passkey,
}: SignInPageProps) {
  const t = useTexts();
  const failed = error !== undefined;
  const described = failed ? { 'aria-describedby': errorId, 'aria-invalid': 'true' as const } : {};
  const cancel = safeHref(cancelHref);
  const name = displayName(appName ?? '', t('common.unnamedApp'));
  return (
    <Layout title={t(failed ? 'signIn.titleWithError' : 'signIn.title')}>
      {logoUri !== undefined && (
        <div class="link-up">
          <Tile name={name} logoUri={logoUri ?? undefined} kind="app" />
        </div>
      )}
      <h1>{t(isAgain ? 'account.confirmTitle' : 'signIn.title')}</h1>
      {isAgain ? (
        <p class="lead">{t('account.confirmPurpose')}</p>
      ) : (
        <Purpose appName={appName} appHost={appHost} />
      )}
      <Alert error={error} id={errorId} />
      <PostForm target={{ action, hidden, csrfToken }} class="fields">
        <div class="field">
          <label for="username">{t('signIn.username')}</label>
          <input
            id="username"
            name="username"
            type="text"
            value={username}
            dir="auto"
            autocomplete={passkey === undefined ? 'username' : 'username webauthn'}
            autocapitalize="none"
            spellcheck={false}
            required
            autofocus={username === ''}
            {...described}
          />
        </div>
        <div class="field">
          <label for="password">{t('signIn.password')}</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            autofocus={username !== ''}
            {...described}
          />
          {/* The script shows it. Without the script it has no effect. */}
          <div class="check" hidden>
            <input id="show-password" type="checkbox" autocomplete="off" aria-controls="password" />
            <label for="show-password">{t('signIn.showPassword')}</label>
          </div>
        </div>
        <button id="sign-in" type="submit" class="button button-primary button-wide">
          {t('signIn.submit')}
        </button>
      </PostForm>
      {passkey !== undefined && <PasskeyForm {...passkey} />}
      {otherWays.length > 0 && (
        <div class="other-ways">
          {otherWays.map(({ id, label, href }) => (
            <Link key={id} id={id} class="button button-wide" href={href}>
              {t(label)}
            </Link>
          ))}
        </div>
      )}
      {links.map(({ id, label, href }) => (
        <p key={id} class="aside">
          <Link id={id} class="quiet" href={href}>
            {t(label)}
          </Link>
        </p>
      ))}
      {cancel !== undefined && (
        <p class="aside">
          <Link class="quiet" href={cancel} id="cancel">
            {t('common.cancel')}
          </Link>
        </p>
      )}
      {(policyUri ?? termsUri) !== undefined && (
        <div class="small-print">
          <AppLinks name={name} policyUri={policyUri} termsUri={termsUri} />
        </div>
      )}
      <FormScript />
    </Layout>
  );
}

function Purpose({ appName, appHost }: Pick<SignInPageProps, 'appName' | 'appHost'>) {
  const { texts: t, brand } = usePageContext();
  if (appName === undefined) {
    return <p class="lead">{t.rich('signIn.purpose', { brand: <bdi>{brand.name}</bdi> })}</p>;
  }
  return <ContinueTo appName={appName} appHost={appHost} />;
}
