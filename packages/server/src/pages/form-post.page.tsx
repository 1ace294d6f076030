import { raw } from 'hono/html';
import { scriptSource } from './asset.js';
import { displayName } from './display-name.js';
import { Layout } from './layout.js';

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
  const name = displayName(appName, 'the app');
  return (
    <Layout title={`Back to ${name}`}>
      <h1>
        Back to <bdi class="app-name">{name}</bdi>
      </h1>
      <p class="lead">You are being returned to the app. If nothing happens, choose Continue.</p>
      <form method="post" action={action}>
        {Object.entries(fields).map(([field, value]) => (
          <input key={field} type="hidden" name={field} value={value} />
        ))}
        <button id="continue" type="submit" class="button button-primary button-wide">
          Continue
        </button>
      </form>
      <script>{raw(scriptText)}</script>
    </Layout>
  );
}
