import { Icon } from '../icons.js';
import { Layout } from '../layout.js';
import { useTexts } from '../page-context.js';
import { type FormTarget, PostForm } from '../post-form.js';

/** The form that downloads all data, with the button `download`. */
export function DataPart({ target }: { readonly target: FormTarget }) {
  const t = useTexts();
  return (
    <PostForm target={target} class="fields">
      <p>{t('account.dataContent')}</p>
      <p class="field-hint">{t('account.dataSecrets')}</p>
      <button id="download" type="submit" class="button button-primary">
        {t('account.dataDownload')}
      </button>
    </PostForm>
  );
}

export interface DeletePartProps {
  readonly target: FormTarget;
  /** What the user types to confirm. */
  readonly username: string;
}

/** What the deletion does, and the form with the button `delete-account`. */
export function DeletePart({ target, username }: DeletePartProps) {
  const t = useTexts();
  const effects = [
    t('account.deleteEffectAccess'),
    t('account.deleteEffectApps'),
    t('account.deleteEffectOwnApps'),
    t('account.deleteEffectFinal'),
  ];
  return (
    <>
      <ul class="effects">
        {effects.map((effect) => (
          <li key={effect}>
            <Icon name="alert" />
            <span>{effect}</span>
          </li>
        ))}
      </ul>
      <PostForm target={target} class="fields">
        <div class="field">
          <label for="username">
            {t.rich('account.deleteConfirm', { username: <bdi class="strong">{username}</bdi> })}
          </label>
          <input
            id="username"
            name="username"
            type="text"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            dir="auto"
            required
          />
        </div>
        <button id="delete-account" type="submit" class="button button-danger">
          {t('account.deleteButton')}
        </button>
      </PostForm>
    </>
  );
}

/** After the deletion. */
export function AccountDeletedPage() {
  const t = useTexts();
  return (
    <Layout title={t('account.deletedTitle')}>
      <span class="badge">
        <Icon name="check" />
      </span>
      <h1>{t('account.deletedTitle')}</h1>
      <p class="lead">{t('account.deletedText')}</p>
    </Layout>
  );
}
