import { displayName } from '../display-name.js';
import { Link } from '../own-address.js';
import { useTexts } from '../page-context.js';
import type { FormTarget } from '../post-form.js';
import { safeWebUrl } from '../safe-href.js';
import { Tile } from '../tile.js';
import { DisclosedForm, Row, RowButton } from './rows.js';

/** An app with access, as its user sees it. */
export interface AccountApp {
  readonly name: string;
  readonly logoUri: string | undefined;
  /** As the app registered it. */
  readonly website: string | undefined;
  /** What it may do. */
  readonly access: readonly {
    readonly title: string;
    /** The language of the title, if it is not that of the page. */
    readonly language: string | undefined;
    readonly resource: string | undefined;
  }[];
  readonly allowedAt: Date | undefined;
  /** When it last got tokens; undefined if no token is left that says so. */
  readonly lastUsedAt: Date | undefined;
  readonly revoke: FormTarget;
}

export interface AppsPartProps {
  readonly apps: readonly AccountApp[];
  /** Undefined for a single app. */
  readonly revokeAll: FormTarget | undefined;
  readonly moreHref: string | undefined;
}

/** The apps that a user allowed something, with buttons `revoke-<n>` and `revoke-all`. */
export function AppsPart({ apps, revokeAll, moreHref }: AppsPartProps) {
  const t = useTexts();
  if (apps.length === 0) return <p class="empty">{t('account.appsNone')}</p>;
  return (
    <>
      <ul class="rows">
        {apps.map((app, index) => {
          const name = displayName(app.name, t('common.unnamedApp'));
          const website = safeWebUrl(app.website);
          return (
            <Row
              key={index}
              icon={{ tile: <Tile name={name} logoUri={app.logoUri} kind="app" /> }}
              title={name}
              action={
                <RowButton
                  id={`revoke-${index}`}
                  target={app.revoke}
                  label={t('account.appsRevoke')}
                  about={name}
                />
              }
            >
              {website !== undefined && (
                <p>
                  <a href={website} rel="noreferrer">
                    <bdi>{new URL(website).host}</bdi>
                  </a>
                </p>
              )}
              {app.allowedAt !== undefined && <p>{t('account.appsAllowed', { at: app.allowedAt })}</p>}
              <p>
                {app.lastUsedAt === undefined
                  ? t('account.appsNotUsed')
                  : t('account.appsLastUsed', { at: app.lastUsedAt })}
              </p>
              <ul>
                {app.access.map(({ title, language, resource }) => (
                  <li key={`${resource ?? ''} ${title}`}>
                    <span dir="auto" lang={language}>
                      {title}
                    </span>
                    {resource !== undefined && (
                      <>
                        {' '}
                        (<bdi>{resource.replace(/^https:\/\//i, '')}</bdi>)
                      </>
                    )}
                  </li>
                ))}
              </ul>
            </Row>
          );
        })}
      </ul>
      {moreHref !== undefined && (
        <p class="aside">
          <Link id="more" class="quiet" href={moreHref}>
            {t('account.more')}
          </Link>
        </p>
      )}
      {revokeAll !== undefined && (
        <DisclosedForm
          id="revoke-all"
          target={revokeAll}
          summary={t('account.appsRevokeAll')}
          explanation={t('account.appsRevokeAllExplanation')}
          label={t('account.appsRevokeAll')}
        />
      )}
    </>
  );
}
