import type { Message } from '../texts/texts.js';
import { CodeField } from './code-field.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface EmailCodePageProps extends FormTarget {
  /** The address that the mail was sent to. */
  readonly email: string;
  /** The page that sends another mail. */
  readonly newCodeHref: string;
  readonly error?: Message | undefined;
}

/** Asks for the code in a mail. Its button has the id `verify`. */
export function EmailCodePage({ email, newCodeHref, error, ...target }: EmailCodePageProps) {
  const t = useTexts();
  const title = t('signIn.codeTitle');
  return (
    <Layout title={error === undefined ? title : t('account.titleWithError', { title })}>
      <h1>{title}</h1>
      <p class="lead">{t.rich('signIn.codeSent', { email: <bdi>{email}</bdi> })}</p>
      <PostForm target={target} class="fields">
        <CodeField label={t('signIn.code')} error={error} digits />
        <button id="verify" type="submit" class="button button-primary button-wide">
          {t('signIn.submit')}
        </button>
      </PostForm>
      <p class="note">{t('signIn.codeIsSecret')}</p>
      <p class="aside">
        <Link id="new-code" class="quiet" href={newCodeHref}>
          {t('signIn.newCode')}
        </Link>
      </p>
      <FormScript />
    </Layout>
  );
}
