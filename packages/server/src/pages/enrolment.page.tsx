import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { TotpSetup, type TotpSetupProps } from './totp-setup.js';

/** The page of a sign-in that requires a second factor which the user has not set up. */
export function EnrolmentPage(props: TotpSetupProps) {
  const t = useTexts();
  return (
    <Layout title={t('factors.enrolTitle')}>
      <h1>{t('factors.enrolTitle')}</h1>
      <p class="lead">{t('factors.enrolPurpose')}</p>
      <TotpSetup {...props} />
      <FormScript />
    </Layout>
  );
}
