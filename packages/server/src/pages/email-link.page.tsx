import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface EmailLinkPageProps extends FormTarget {
  /** The address that the mail was sent to. */
  readonly email: string;
  readonly error?: Message | undefined;
}

/** The page behind the link in a mail: it signs in with its button only. The button has the id `sign-in-by-email`. */
export function EmailLinkPage({ email, error, ...target }: EmailLinkPageProps) {
  const t = useTexts();
  return (
    <Layout title={t(error === undefined ? 'signIn.title' : 'signIn.titleWithError')}>
      <h1>{t('signIn.title')}</h1>
      <p class="lead">{t.rich('signUp.accountFor', { email: <bdi>{email}</bdi> })}</p>
      <Alert error={error} />
      <PostForm target={target} class="fields">
        <button id="sign-in-by-email" type="submit" class="button button-primary button-wide">
          {t('signIn.submit')}
        </button>
      </PostForm>
      <FormScript />
    </Layout>
  );
}
