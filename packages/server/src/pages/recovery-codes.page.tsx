import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';

export interface RecoveryCodesProps {
  readonly codes: readonly string[];
  /** Where the user goes on, a path of this server. */
  readonly continueHref: string;
}

/** The page that shows new recovery codes, once. */
export function RecoveryCodesPage(props: RecoveryCodesProps) {
  const t = useTexts();
  return (
    <Layout title={t('factors.recoveryTitle')}>
      <h1>{t('factors.recoveryTitle')}</h1>
      <RecoveryCodes {...props} />
    </Layout>
  );
}

/** New recovery codes and a link to continue (id `continue`). */
export function RecoveryCodes({ codes, continueHref }: RecoveryCodesProps) {
  const t = useTexts();
  return (
    <>
      <p class="lead">{t('factors.recoveryPurpose')}</p>
      <ul class="codes" id="recovery-codes" dir="ltr">
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
    </>
  );
}
