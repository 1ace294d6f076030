import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Message } from '../texts/texts.js';
import { Alert } from './alert.js';
import { scriptSource } from './asset.js';
import { useTexts } from './page-context.js';
import { type FormTarget, PostForm } from './post-form.js';

/**
 * Asks the browser for a passkey and sends what it returns in the form. The form stays hidden without scripts, and in
 * browsers that cannot read the options. The page then offers other ways.
 */
const scriptText = `(() => {
  const source = document.getElementById('passkey-options');
  if (source === null || typeof PublicKeyCredential === 'undefined') return;
  const { kind, conditional, options } = JSON.parse(source.value);
  const read = PublicKeyCredential[kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'];
  if (read === undefined) return;
  const { form } = source;
  const failed = document.getElementById('passkey-failed');
  let current;
  const ask = async (mediation) => {
    current?.abort();
    const attempt = new AbortController();
    current = attempt;
    try {
      const publicKey = read.call(PublicKeyCredential, options);
      const { signal } = attempt;
      const credential = await (kind === 'create'
        ? navigator.credentials.create({ publicKey, signal })
        : navigator.credentials.get({ publicKey, mediation, signal }));
      if (credential === null || signal.aborted) return;
      form.elements.namedItem('credential').value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      if (mediation !== 'conditional' && !attempt.signal.aborted) failed.hidden = false;
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    failed.hidden = true;
    ask('optional');
  });
  form.closest('[hidden]').hidden = false;
  if (conditional) {
    PublicKeyCredential.isConditionalMediationAvailable?.().then((can) => {
      if (can && current === undefined) ask('conditional');
    });
  }
})();`;

/** The script of pages with a {@link PasskeyForm}, as a source expression for the Content-Security-Policy. */
export const passkeyScript = scriptSource(scriptText);

export interface PasskeyFormProps extends FormTarget {
  /** Whether the browser uses a passkey or makes one. */
  readonly kind: 'get' | 'create';
  /** The options as JSON (WebAuthn Level 3 §5.1.8 and §5.1.9). */
  readonly options: object;
  /** Whether the browser offers passkeys in the field for the username as well (WebAuthn Level 3 §5.1.4). */
  readonly conditional?: boolean;
  readonly label: Message;
  /** More fields, before the button. */
  readonly children?: Child;
}

/** A form with one button (id `passkey`), which works with scripts only. */
export function PasskeyForm({
  kind,
  options,
  conditional = false,
  label,
  children,
  ...target
}: PasskeyFormProps) {
  const t = useTexts();
  return (
    <>
      <div class="passkey" hidden>
        <PostForm target={target} class="fields">
          <input type="hidden" id="passkey-options" value={JSON.stringify({ kind, conditional, options })} />
          <input type="hidden" name="credential" value="" />
          {children}
          <button id="passkey" type="submit" class="button button-wide">
            {t(label)}
          </button>
        </PostForm>
        <Alert error={{ key: 'factors.passkeyFailed' }} id="passkey-failed" hidden />
      </div>
      <script id="passkey-script">{raw(scriptText)}</script>
    </>
  );
}
