import type { TextKey } from '../../texts/catalogues.js';
import { displayName } from '../display-name.js';
import { Link } from '../own-address.js';
import { useTexts } from '../page-context.js';
import { type Place, placeIn } from './place.js';

/** Something that happened to an account. */
export interface AccountEvent {
  readonly text: TextKey;
  readonly at: Date;
  readonly by: 'user' | 'app' | 'administrator';
  /** Where the request came from; undefined if it was not the user's. */
  readonly place: Place | undefined;
  /** The name of the app that it is about. */
  readonly app: string | undefined;
}

export interface ActivityPartProps {
  readonly events: readonly AccountEvent[];
  readonly moreHref: string | undefined;
}

/** What happened to an account, newest first, with the link `more`. */
export function ActivityPart({ events, moreHref }: ActivityPartProps) {
  const t = useTexts();
  return (
    <>
      {events.length === 0 ? (
        <p class="empty">{t('account.activityNone')}</p>
      ) : (
        <ul class="rows">
          {events.map(({ text, at, by, place, app }, index) => (
            <li key={index} class="row">
              <div class="row-text">
                <p class="row-title">
                  {t(text)}
                  {app !== undefined && (
                    <>
                      {' '}
                      <bdi class="row-about">{displayName(app, t('common.unnamedApp'))}</bdi>
                    </>
                  )}
                </p>
                <p>{t('account.at', { at })}</p>
                {by === 'administrator' && <p>{t('account.byAdministrator')}</p>}
                {by === 'app' && <p>{t('account.byApp')}</p>}
                {place !== undefined && place.kind !== 'unknown' && <p>{placeIn(t, place)}</p>}
              </div>
            </li>
          ))}
        </ul>
      )}
      {moreHref !== undefined && (
        <p class="aside">
          <Link id="more" class="quiet" href={moreHref}>
            {t('account.more')}
          </Link>
        </p>
      )}
    </>
  );
}
