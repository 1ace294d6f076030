import { raw } from 'hono/html';
import { scriptSource } from './asset.js';
import { displayName } from './display-name.js';
import { Layout } from './layout.js';
import { useTexts } from './page-context.js';

export interface FormPostPageProps {
  /** The client's redirect URI, checked before. */
  readonly action: string;
  /** The parameters of the authorization response. */
  readonly fields: Readonly<Record<string, string>>;
  readonly appName: string;
}

const scriptText = 'document.forms[0].submit()';

/** The page's one script, as a source expression for the Content-Security-Policy. */
export const formPostScript = scriptSource(scriptText);

/** Sends a response to the app by POST (OAuth 2.0 Form Post Response Mode §2); with scripts off, by its button. */
export function FormPostPage({ action, fields, appName }: FormPostPageProps) {
  const t = useTexts();
  const name = displayName(appName, t('common.theApp'));
  return (
    <Layout title={t('common.backTo', { app: name })}>
      <h1>{t.rich('common.backTo', { app: <bdi class="app-name">{name}</bdi> })}</h1>
      <p class="lead">{t('return.message')}</p>
      <form method="post" action={action}>
        {Object.entries(fields).map(([field, value]) => (
          <input key={field} type="hidden" name={field} value={value} />
        ))}
        <button id="continue" type="submit" class="button button-primary button-wide">
          {t('common.continue')}
        </button>
      </form>
      <script>{raw(scriptText)}</script>
    </Layout>
  );
}
