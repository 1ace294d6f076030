import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { PasskeyForm, type PasskeyFormProps } from './passkey-form.js';
import { TotpSetup, type TotpSetupProps } from './totp-setup.js';

export interface EnrolmentPageProps extends TotpSetupProps {
  /** The request for a new passkey; undefined if users cannot have passkeys. */
  readonly passkey?: PasskeyFormProps | undefined;
  /** Why a passkey was refused. */
  readonly passkeyError?: Message | undefined;
}

/** The page of a sign-in that requires a second factor which the user has not set up: a passkey, or an authenticator app. */
export function EnrolmentPage({ passkey, passkeyError, ...totp }: EnrolmentPageProps) {
  const t = useTexts();
  return (
    <Layout title={t('factors.enrolTitle')}>
      <h1>{t('factors.enrolTitle')}</h1>
      <p class="lead">{t('factors.enrolPurpose')}</p>
      <Alert error={passkeyError} />
      {passkey !== undefined && (
        <PasskeyForm {...passkey}>
          <p>{t('factors.enrolPasskey')}</p>
        </PasskeyForm>
      )}
      <h2>{t('factors.appTitle')}</h2>
      <TotpSetup {...totp} />
      <FormScript />
    </Layout>
  );
}
