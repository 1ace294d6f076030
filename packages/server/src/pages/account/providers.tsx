import { Link } from '../own-address.js';
import { useTexts } from '../page-context.js';
import type { FormTarget } from '../post-form.js';
import { Row, RowButton } from './rows.js';

/** An account at a provider that the user can sign in with. */
export interface LinkedAccount {
  /** The name of the provider. */
  readonly provider: string;
  /** How the user is named there; null if unknown. */
  readonly label: string | null;
  readonly lastUsedAt: Date;
  readonly disconnect: FormTarget;
}

export interface ProvidersPartProps {
  readonly linked: readonly LinkedAccount[];
  /** Providers that can be connected, with the page that starts it. */
  readonly others: readonly { readonly id: string; readonly name: string; readonly href: string }[];
}

/** The accounts at providers of a user, with buttons `disconnect-<n>` and links `connect-<provider>`. */
export function ProvidersPart({ linked, others }: ProvidersPartProps) {
  const t = useTexts();
  return (
    <>
      {linked.length === 0 ? (
        <p class="empty">{t('upstream.noneLinked')}</p>
      ) : (
        <ul class="rows">
          {linked.map(({ provider, label, lastUsedAt, disconnect }, index) => (
            <Row
              key={index}
              icon="card"
              title={provider}
              action={
                <RowButton
                  id={`disconnect-${index}`}
                  target={disconnect}
                  label={t('upstream.disconnect')}
                  about={provider}
                />
              }
            >
              {label !== null && (
                <p>
                  <bdi>{label}</bdi>
                </p>
              )}
              <p>{t('upstream.lastUsed', { at: lastUsedAt })}</p>
            </Row>
          ))}
        </ul>
      )}
      {others.length > 0 && (
        <div class="other-ways">
          {others.map(({ id, name, href }) => (
            <Link key={id} id={`connect-${id}`} class="button button-wide" href={href}>
              {t('upstream.connect', { provider: name })}
            </Link>
          ))}
        </div>
      )}
    </>
  );
}
