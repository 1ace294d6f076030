import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';

export interface StepExpiredPageProps {
  /** The sign-in page, a path of this server. */
  readonly signInHref: string;
}

/** The page of a sign-in that was not completed in time, or not in the browser in which it began. */
export function StepExpiredPage({ signInHref }: StepExpiredPageProps) {
  const t = useTexts();
  return (
    <Layout title={t('factors.expiredTitle')}>
      <h1>{t('factors.expiredTitle')}</h1>
      <p class="lead">{t('factors.expiredMessage')}</p>
      <p class="onwards">
        <Link id="sign-in-again" class="button button-primary" href={signInHref}>
          {t('factors.signInAgain')}
        </Link>
      </p>
    </Layout>
  );
}
