import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { CodeField } from './code-field.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { PasskeyForm, type PasskeyFormProps } from './passkey-form.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface SecondFactorPageProps extends FormTarget {
  /** Which codes the user has. */
  readonly codes: 'none' | 'recovery' | 'app';
  /** The request for a passkey; undefined if the user has none. */
  readonly passkey: PasskeyFormProps | undefined;
  /** For how many days this browser can be remembered; undefined if it cannot. */
  readonly rememberDays: number | undefined;
  readonly error?: Message | undefined;
}

/** The page that asks for the second factor. Its button has the id `verify`. */
export function SecondFactorPage(props: SecondFactorPageProps) {
  const { action, hidden, csrfToken, codes, passkey, rememberDays, error } = props;
  const t = useTexts();
  return (
    <Layout title={t('factors.title')}>
      <h1>{t('factors.title')}</h1>
      <p class="lead">{t(codes === 'none' ? 'factors.purposePasskey' : 'factors.purpose')}</p>
      {codes === 'none' && <Alert error={error} />}
      {passkey !== undefined && <PasskeyForm {...passkey} />}
      {passkey !== undefined && (
        <noscript>
          <p class="note">{t('factors.passkeyNeedsScripts')}</p>
        </noscript>
      )}
      {codes !== 'none' && (
        <PostForm target={{ action, hidden, csrfToken }} class="fields">
          <CodeField label={t(codes === 'app' ? 'factors.code' : 'factors.recoveryCode')} error={error} />
          {rememberDays !== undefined && (
            <div class="field">
              <div class="check">
                <input id="remember" name="remember" type="checkbox" value="yes" autocomplete="off" />
                <label for="remember">{t('factors.remember', { days: rememberDays })}</label>
              </div>
            </div>
          )}
          <button id="verify" type="submit" class="button button-primary button-wide">
            {t('factors.continue')}
          </button>
        </PostForm>
      )}
      <FormScript />
    </Layout>
  );
}
