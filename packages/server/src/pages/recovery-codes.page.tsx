import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';

export interface RecoveryCodesPageProps {
  readonly codes: readonly string[];
  /** Where the user goes on, a path of this server. */
  readonly continueHref: string;
}

/** Shows new recovery codes, once. */
export function RecoveryCodesPage({ codes, continueHref }: RecoveryCodesPageProps) {
  const t = useTexts();
  return (
    <Layout title={t('factors.recoveryTitle')}>
      <h1>{t('factors.recoveryTitle')}</h1>
      <p class="lead">{t('factors.recoveryPurpose')}</p>
      <ul class="codes" id="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p class="onwards">
        <Link id="continue" class="button button-primary button-wide" href={continueHref}>
          {t('factors.saved')}
        </Link>
      </p>
    </Layout>
  );
}
