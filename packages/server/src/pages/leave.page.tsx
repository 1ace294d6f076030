import { displayName } from './display-name.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { redirectHref } from './safe-href.js';

export interface LeavePageProps {
  readonly appName: string;
  /** The host of the link, e.g. `diary.example`. */
  readonly host: string;
  /** The client's redirect URI, checked before. */
  readonly redirectUri: string;
  /** The fields to send there by POST; undefined for a plain link. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** Asks the user before an error response goes to an app that has not been reviewed. */
export function LeavePage({ appName, host, redirectUri, fields }: LeavePageProps) {
  const t = useTexts();
  const href = redirectHref(redirectUri);
  const label = <span>{t.rich('return.continueToHost', { host: <bdi>{host}</bdi> })}</span>;
  return (
    <Layout title={t('return.notConnected')}>
      <span class="badge badge-trouble">
        <Icon name="alert" />
      </span>
      <h1>{t('return.notConnected')}</h1>
      <p class="lead">
        {t.rich('return.notReviewed', {
          app: <bdi class="strong">{displayName(appName, t('common.unnamedApp'))}</bdi>,
          host: <bdi class="host">{host}</bdi>,
        })}
      </p>
      {href !== undefined && fields === undefined && (
        <p class="onwards">
          <a id="continue" class="button button-primary button-wide" href={href} rel="noreferrer">
            {label}
          </a>
        </p>
      )}
      {href !== undefined && fields !== undefined && (
        <form class="onwards" method="post" action={href}>
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <button id="continue" type="submit" class="button button-primary button-wide">
            {label}
          </button>
        </form>
      )}
    </Layout>
  );
}
