import { useTexts } from '../page-context.js';
import { type FormTarget, PostForm } from '../post-form.js';

export interface ProfilePartProps {
  readonly target: FormTarget;
  readonly username: string;
  /** Null if the user has none. */
  readonly email: string | null;
  readonly isEmailVerified: boolean;
  /** The values of the fields, by their names. */
  readonly values: Readonly<Record<'name' | 'given_name' | 'family_name' | 'locale', string>>;
  /** The languages of the pages by their tags, each in its own language. The first has no tag: that of the browser. */
  readonly languages: readonly { readonly tag: string; readonly name: string | undefined }[];
}

/** The user's login, and the form for names and language. */
export function ProfilePart(props: ProfilePartProps) {
  const t = useTexts();
  const { username, email, isEmailVerified, values, languages, target } = props;
  const fields = [
    ['name', t('account.profileName'), 'name', true],
    ['given_name', t('account.profileGivenName'), 'given-name', false],
    ['family_name', t('account.profileFamilyName'), 'family-name', false],
  ] as const;
  return (
    <>
      <dl class="facts facts-wide">
        <div>
          <dt>{t('account.profileUsername')}</dt>
          <dd>
            <bdi>{username}</bdi>
          </dd>
        </div>
        <div>
          <dt>{t('account.profileEmail')}</dt>
          <dd>
            {email === null ? (
              t('account.profileNoEmail')
            ) : (
              <>
                <bdi>{email}</bdi>{' '}
                <span class="mark-word">
                  {t(isEmailVerified ? 'account.profileVerified' : 'account.profileUnverified')}
                </span>
              </>
            )}
          </dd>
        </div>
      </dl>
      <PostForm target={target} class="fields">
        {fields.map(([name, label, autocomplete, isRequired]) => (
          <div key={name} class="field">
            <label for={name}>{label}</label>
            <input
              id={name}
              name={name}
              type="text"
              value={values[name]}
              autocomplete={autocomplete}
              maxlength={256}
              required={isRequired}
              dir="auto"
            />
          </div>
        ))}
        <div class="field">
          <label for="locale">{t('account.profileLanguage')}</label>
          <select id="locale" name="locale">
            {languages.map(({ tag, name }) => (
              <option key={tag} value={tag} selected={tag === values.locale}>
                {name ?? t('account.profileLanguageOfBrowser')}
              </option>
            ))}
          </select>
        </div>
        <button id="save-profile" type="submit" class="button button-primary">
          {t('account.save')}
        </button>
      </PostForm>
    </>
  );
}
