import { useTexts } from '../page-context.js';
import { PasswordFields } from '../password-fields.js';
import { type FormTarget, PostForm } from '../post-form.js';

export interface PasswordPartProps {
  readonly target: FormTarget;
  /** The login, for password managers. */
  readonly username: string;
  /** Whether the user signs in with a password. */
  readonly hasPassword: boolean;
  readonly minLength: number;
}

/** The form for a new password. The button's id is `save-password`. */
export function PasswordPart({ target, username, hasPassword, minLength }: PasswordPartProps) {
  const t = useTexts();
  if (!hasPassword) return <p class="empty">{t('signUp.noPassword')}</p>;
  return (
    <PostForm target={target} class="fields">
      <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
      <PasswordFields minLength={minLength} endAccess />
      <p class="field-hint">{t('signUp.passwordSectionNote')}</p>
      <button id="save-password" type="submit" class="button button-primary">
        {t('signUp.savePassword')}
      </button>
    </PostForm>
  );
}

export interface EmailPartProps {
  readonly target: FormTarget;
  /** The current address; null if the user has none. */
  readonly email: string | null;
  readonly newEmail: string;
}

/** The form for another email address. The button's id is `send-link`. */
export function EmailPart({ target, email, newEmail }: EmailPartProps) {
  const t = useTexts();
  return (
    <>
      {email !== null && <p>{t.rich('signUp.emailNow', { email: <bdi>{email}</bdi> })}</p>}
      <PostForm target={target} class="fields">
        <div class="field">
          <label for="email">{t('signUp.newEmail')}</label>
          <input
            id="email"
            name="email"
            type="email"
            value={newEmail}
            dir="ltr"
            autocomplete="email"
            maxlength={254}
            required
          />
        </div>
        <button id="send-link" type="submit" class="button button-primary">
          {t('signUp.sendLink')}
        </button>
      </PostForm>
    </>
  );
}

export interface ConfirmEmailPartProps {
  readonly target: FormTarget;
  readonly email: string;
}

/** The page behind the link in the mail. The button's id is `confirm-email`. */
export function ConfirmEmailPart({ target, email }: ConfirmEmailPartProps) {
  const t = useTexts();
  return (
    <PostForm target={target} class="fields">
      <p>{t.rich('signUp.confirmEmailTo', { email: <bdi>{email}</bdi> })}</p>
      <button id="confirm-email" type="submit" class="button button-primary">
        {t('signUp.confirmEmail')}
      </button>
    </PostForm>
  );
}
