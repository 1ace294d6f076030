import type { Message } from '../texts/texts.js';
import { CodeField } from './code-field.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';
import { QrCode } from './qr-code.js';

export interface TotpSetupProps extends FormTarget {
  /** The key for the user to type, in base32. */
  readonly secret: string;
  /** The key as an address, for the QR code. */
  readonly address: string;
  readonly error?: Message | undefined;
}

/** The form that adds an authenticator app: QR code, key as text, and the code that confirms it (button `confirm`). */
export function TotpSetup({ action, hidden, csrfToken, secret, address, error }: TotpSetupProps) {
  const t = useTexts();
  return (
    <>
      <p>{t('factors.scan')}</p>
      <QrCode text={address} label={t('factors.qrCode')} />
      <p>{t('factors.typeKey')}</p>
      <p class="secret">
        <code id="totp-key" dir="ltr">
          {(secret.match(/.{1,4}/g) ?? []).join(' ')}
        </code>
      </p>
      <PostForm target={{ action, hidden, csrfToken }} class="fields">
        <CodeField label={t('factors.codeOfApp')} error={error} digits />
        <button id="confirm" type="submit" class="button button-primary button-wide">
          {t('factors.confirm')}
        </button>
      </PostForm>
    </>
  );
}
