import type { TextKey } from '../texts/catalogues.js';
import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { FormScript } from './form-script.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';
import { PasswordFields, type PasswordFieldsProps } from './password-fields.js';
import { type FormTarget, PostForm } from './post-form.js';

export interface ChoosePasswordPageProps extends FormTarget, Omit<PasswordFieldsProps, 'describedBy'> {
  readonly title: TextKey;
  /** The address that the link was sent to. */
  readonly email: string;
  /** The name of a new user, as entered; undefined for a known user. */
  readonly name?: string | undefined;
  readonly error?: Message | undefined;
  readonly submit: TextKey;
}

const errorId = 'password-error';

/** Asks for a new password, and a new user for a name. Fields: `name`, `password`, `end_access`. Button: `save`. */
export function ChoosePasswordPage(props: ChoosePasswordPageProps) {
  const t = useTexts();
  const { title, email, name, error, submit, action, hidden, csrfToken } = props;
  const describedBy = error === undefined ? undefined : errorId;
  return (
    <Layout title={error === undefined ? t(title) : t('account.titleWithError', { title: t(title) })}>
      <h1>{t(title)}</h1>
      <p class="lead">{t.rich('signUp.accountFor', { email: <bdi>{email}</bdi> })}</p>
      <Alert error={error} id={errorId} />
      <PostForm target={{ action, hidden, csrfToken }} class="fields">
        {/* Password managers store the password for this login. */}
        <input type="email" name="username" value={email} autocomplete="username" readonly hidden />
        {name !== undefined && (
          <div class="field">
            <label for="name">{t('signUp.name')}</label>
            <input
              id="name"
              name="name"
              type="text"
              value={name}
              dir="auto"
              autocomplete="name"
              maxlength={256}
              required
            />
          </div>
        )}
        <PasswordFields minLength={props.minLength} endAccess={props.endAccess} describedBy={describedBy} />
        <button id="save" type="submit" class="button button-primary button-wide">
          {t(submit)}
        </button>
      </PostForm>
      <FormScript />
    </Layout>
  );
}
