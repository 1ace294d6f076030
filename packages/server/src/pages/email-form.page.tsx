import type { TextKey } from '../texts/catalogues.js';
import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface EmailFormPageProps extends FormTarget {
  readonly title: TextKey;
  readonly lead: TextKey;
  /** The label of the button; by default it sends a link. */
  readonly submit?: TextKey | undefined;
  /** What the user has entered. */
  readonly email?: string | undefined;
  readonly error?: Message | undefined;
  /** A link to another page of this server. */
  readonly aside?: { readonly href: string; readonly label: TextKey } | undefined;
}

const errorId = 'email-error';

/** Asks for an email address. The field is named `email`; the button's id is `send-link`. */
export function EmailFormPage({
  title,
  lead,
  submit = 'signUp.sendLink',
  email = '',
  error,
  aside,
  action,
  hidden,
  csrfToken,
}: EmailFormPageProps) {
  const t = useTexts();
  const described =
    error === undefined ? {} : { 'aria-describedby': errorId, 'aria-invalid': 'true' as const };
  return (
    <Layout title={error === undefined ? t(title) : t('account.titleWithError', { title: t(title) })}>
      <h1>{t(title)}</h1>
      <p class="lead">{t(lead)}</p>
      <Alert error={error} id={errorId} />
      <PostForm target={{ action, hidden, csrfToken }} class="fields">
        <div class="field">
          <label for="email">{t('signUp.email')}</label>
          <input
            id="email"
            name="email"
            type="email"
            value={email}
            dir="ltr"
            autocomplete="email"
            maxlength={254}
            required
            autofocus
            {...described}
          />
        </div>
        <button id="send-link" type="submit" class="button button-primary button-wide">
          {t(submit)}
        </button>
      </PostForm>
      {aside !== undefined && (
        <p class="aside">
          <Link class="quiet" href={aside.href} id="aside">
            {t(aside.label)}
          </Link>
        </p>
      )}
      <FormScript />
    </Layout>
  );
}
