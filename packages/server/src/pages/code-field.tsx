import type { Message } from '../texts/texts.js';
import { useTexts } from './page-context.js';

interface CodeFieldProps {
  readonly label: string;
  /** The message for a wrong code. */
  readonly error?: Message | undefined;
  /** Whether codes are digits only, for the keyboard of phones. */
  readonly digits?: boolean;
}

const errorId = 'code-error';

/** The field for a one-time code, which password managers and phones can fill in. */
export function CodeField({ label, error, digits = false }: CodeFieldProps) {
  const t = useTexts();
  const described =
    error === undefined ? {} : { 'aria-describedby': errorId, 'aria-invalid': 'true' as const };
  return (
    <div class="field">
      <label for="code">{label}</label>
      <input
        id="code"
        name="code"
        type="text"
        dir="ltr"
        autocomplete="one-time-code"
        autocapitalize="characters"
        spellcheck={false}
        required
        autofocus
        {...(digits ? { inputmode: 'numeric' as const } : {})}
        {...described}
      />
      {error !== undefined && (
        <p class="field-error" role="alert" id={errorId}>
          {t(error)}
        </p>
      )}
    </div>
  );
}
