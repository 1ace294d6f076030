import { useTexts } from './page-context.js';

export interface PasswordFieldsProps {
  /** The fewest characters of a password. */
  readonly minLength: number;
  /** Whether the user can also end the access of apps. */
  readonly endAccess: boolean;
  /** The id of the element with the error. */
  readonly describedBy?: string | undefined;
}

/** The fields of a new password: `password` and `end_access`. */
export function PasswordFields({ minLength, endAccess, describedBy }: PasswordFieldsProps) {
  const t = useTexts();
  const invalid = describedBy === undefined ? {} : { 'aria-invalid': 'true' as const };
  return (
    <>
      <div class="field">
        <label for="password">{t('signUp.newPassword')}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          required
          aria-describedby={describedBy === undefined ? 'password-hint' : `${describedBy} password-hint`}
          {...invalid}
        />
        <p id="password-hint" class="field-hint">
          {t('signUp.passwordHint', { length: minLength })}
        </p>
        {/* The script shows it. Without the script it has no effect. */}
        <div class="check" hidden>
          <input id="show-password" type="checkbox" autocomplete="off" aria-controls="password" />
          <label for="show-password">{t('signIn.showPassword')}</label>
        </div>
      </div>
      {endAccess && (
        <div class="field">
          <div class="check">
            <input id="end-access" name="end_access" type="checkbox" value="1" autocomplete="off" />
            <label for="end-access">{t('signUp.endAccess')}</label>
          </div>
        </div>
      )}
    </>
  );
}
