import { useTexts } from '../page-context.js';
import type { FormTarget } from '../post-form.js';
import { type Place, placeIn } from './place.js';
import { DisclosedForm, Row, RowButton } from './rows.js';

/** A session, as its user sees it. */
export interface AccountSession {
  /** Null if it is unknown. */
  readonly browser: string | null;
  /** The operating system; null if it is unknown. */
  readonly system: string | null;
  readonly place: Place;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  /** Whether the page is shown in it. */
  readonly isCurrent: boolean;
  /** The form that ends it. */
  readonly end: FormTarget;
}

export interface SessionsPartProps {
  readonly sessions: readonly AccountSession[];
  /** Undefined without other sessions. */
  readonly endOthers: FormTarget | undefined;
}

const phones = ['Android', 'iPhone', 'iPad'];

/** The sessions of a user, with buttons `end-session-<n>` and `end-others`. */
export function SessionsPart({ sessions, endOthers }: SessionsPartProps) {
  const t = useTexts();
  return (
    <>
      <ul class="rows">
        {sessions.map(({ browser, system, place, startedAt, lastSeenAt, isCurrent, end }, index) => {
          const device = deviceIn(t, browser, system);
          return (
            <Row
              key={index}
              icon={system !== null && phones.includes(system) ? 'phone' : 'screen'}
              title={device}
              mark={isCurrent ? t('account.sessionsCurrent') : undefined}
              action={
                isCurrent ? undefined : (
                  <RowButton
                    id={`end-session-${index}`}
                    target={end}
                    label={t('account.sessionsEnd')}
                    about={device}
                  />
                )
              }
            >
              <p>{placeIn(t, place)}</p>
              {!isCurrent && <p>{t('account.sessionsLastSeen', { at: lastSeenAt })}</p>}
              <p>{t('account.sessionsStarted', { at: startedAt })}</p>
            </Row>
          );
        })}
      </ul>
      {endOthers !== undefined && (
        <DisclosedForm
          id="end-others"
          target={endOthers}
          summary={t('account.sessionsEndOthers')}
          explanation={t('account.sessionsEndOthersExplanation')}
          label={t('account.sessionsEndOthers')}
        />
      )}
    </>
  );
}

type Texts = ReturnType<typeof useTexts>;

function deviceIn(t: Texts, browser: string | null, system: string | null): string {
  if (browser !== null && system !== null) return t('account.deviceBoth', { browser, system });
  return browser ?? system ?? t('account.deviceUnknown');
}
