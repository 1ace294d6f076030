import { AppLinks } from './app-links.js';
import { BrandTile } from './brand-mark.js';
import { displayName } from './display-name.js';
import { FormScript } from './form-script.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { useOwnAddress } from './own-address.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';
import { safeHref, safeWebUrl } from './safe-href.js';
import { type ConsentScope, consentForm, ScopeGroups } from './scope-list.js';
import { Tile } from './tile.js';
import { type PageUser, UserCard } from './user-card.js';

/** The app that asks, as it was registered. */
export interface ConsentApp {
  readonly name: string;
  /** Host it returns to, e.g. `localhost:4200`; undefined if the browser does not return to the app. */
  readonly host?: string | undefined;
  readonly logoUri?: string | undefined;
  readonly policyUri?: string | undefined;
  readonly termsUri?: string | undefined;
  /** Registered recently: the page shows a warning. */
  readonly isNew?: boolean | undefined;
  /** Registered by itself and not reviewed: the page shows a warning. */
  readonly isSelfRegistered?: boolean | undefined;
  /** Who publishes it, as it registered. */
  readonly publisher?: string | undefined;
  readonly website?: string | undefined;
  /** Whether an administrator verified what the page says about the app. */
  readonly isVerified?: boolean | undefined;
}

export interface ConsentPageProps extends FormTarget {
  readonly app: ConsentApp;
  readonly user: PageUser;
  readonly scopes: readonly ConsentScope[];
  /** The form behind "Not you?". */
  readonly switchAccount: FormTarget;
  /** Where consent can be revoked later. Without it, the page does not mention revocation. */
  readonly accountHref?: string | undefined;
}

/** The consent page, with two equal choices: `decision=allow` and `decision=deny`, ids `allow` and `deny`. */
export function ConsentPage(props: ConsentPageProps) {
  const { app, scopes, action, hidden, csrfToken } = props;
  const t = useTexts();
  const name = displayName(app.name, t('common.unnamedApp'));
  const target = { action, hidden, csrfToken };
  return (
    <Layout title={t('consent.title', { app: name })}>
      <div class="link-up">
        <Tile name={name} logoUri={app.logoUri} kind="app" />
        <span class="link-up-line" />
        <BrandTile />
      </div>
      <h1>{t.rich('consent.heading', { app: <bdi class="app-name">{name}</bdi> })}</h1>
      <Publisher app={app} />
      <User user={props.user} switchAccount={props.switchAccount} />
      {app.isNew === true && (
        <p class="note">
          <Icon name="info" />
          <span>{t('consent.isNew')}</span>
        </p>
      )}
      {app.isSelfRegistered === true && (
        <p class="note">
          <Icon name="info" />
          <span>{t('consent.isSelfRegistered')}</span>
        </p>
      )}
      <Scopes scopes={scopes} />
      <div class="choices">
        <PostForm target={target}>
          <button id="deny" type="submit" name="decision" value="deny" class="button button-wide">
            {t('consent.deny')}
          </button>
        </PostForm>
        <PostForm target={target} id={consentForm}>
          <button
            id="allow"
            type="submit"
            name="decision"
            value="allow"
            class="button button-primary button-wide"
          >
            {t('consent.allow')}
          </button>
        </PostForm>
      </div>
      <SmallPrint app={app} name={name} accountHref={props.accountHref} />
      <FormScript />
    </Layout>
  );
}

/** Who publishes the app, whether that is verified, and its website. */
function Publisher({ app }: Pick<ConsentPageProps, 'app'>) {
  const t = useTexts();
  const website = safeWebUrl(app.website);
  const isVerified = app.isVerified === true;
  return (
    <p class="publisher">
      {app.publisher !== undefined && (
        <span>
          {t.rich('consent.publisher', {
            publisher: <bdi class="strong">{displayName(app.publisher, '')}</bdi>,
          })}
        </span>
      )}
      <span class={isVerified ? 'verified' : 'unverified'}>
        <Icon name={isVerified ? 'check' : 'info'} />
        {t(isVerified ? 'consent.verified' : 'consent.unverified')}
      </span>
      {website !== undefined && (
        <a href={website} rel="noreferrer">
          <bdi>{new URL(website).host}</bdi>
        </a>
      )}
    </p>
  );
}

function User({ user, switchAccount }: Pick<ConsentPageProps, 'user' | 'switchAccount'>) {
  const t = useTexts();
  return (
    <UserCard user={user}>
      <PostForm target={switchAccount} class="person-switch">
        <button id="switch-account" type="submit" class="quiet">
          {t('consent.switchAccount')}
        </button>
      </PostForm>
    </UserCard>
  );
}

function Scopes({ scopes }: Pick<ConsentPageProps, 'scopes'>) {
  const t = useTexts();
  const asked = scopes.filter((scope) => scope.already !== true);
  const already = scopes.filter((scope) => scope.already === true);
  return (
    <>
      {asked.length > 0 && (
        <ScopeGroups
          scopes={asked}
          heading={t(already.length > 0 ? 'consent.alsoAsksTo' : 'consent.asksTo')}
          id="scopes-asked"
        />
      )}
      {scopes.some(({ field }) => field !== undefined) && (
        <p class="field-hint optional-hint">{t('consent.optionalHint')}</p>
      )}
      {already.length > 0 && (
        <ScopeGroups scopes={already} heading={t('consent.alreadyAllowed')} id="scopes-already" />
      )}
    </>
  );
}

function SmallPrint({
  app,
  name,
  accountHref,
}: Pick<ConsentPageProps, 'app' | 'accountHref'> & { name: string }) {
  const t = useTexts();
  const account = safeHref(accountHref);
  const href = useOwnAddress(account ?? '');
  return (
    <div class="small-print">
      {app.host !== undefined && (
        <p>{t.rich('consent.returnsTo', { host: <bdi class="host">{app.host}</bdi> })}</p>
      )}
      {account !== undefined && (
        <p>
          {t.rich('consent.revocable', {
            account: (content) => (
              <a id="account" href={href}>
                {content}
              </a>
            ),
          })}
        </p>
      )}
      <AppLinks name={name} policyUri={app.policyUri} termsUri={app.termsUri} />
    </div>
  );
}
