import type { Message } from '../texts/texts.js';
import { Icon } from './icons.js';
import { useTexts } from './page-context.js';

interface AlertProps {
  /** Why a form was refused; nothing is shown without it. */
  readonly error: Message | undefined;
  /** For the `aria-describedby` of fields. */
  readonly id?: string;
  /** Whether a script shows it later. */
  readonly hidden?: boolean;
}

/** Why a form was refused, above its fields. */
export function Alert({ error, id, hidden = false }: AlertProps) {
  const t = useTexts();
  if (error === undefined) return null;
  return (
    <p class="alert" role="alert" id={id} hidden={hidden}>
      <Icon name="alert" />
      <span>{t(error)}</span>
    </p>
  );
}
