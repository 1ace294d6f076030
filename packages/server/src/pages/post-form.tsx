import type { Child } from 'hono/jsx';
import { useOwnAddress } from './own-address.js';

/** The field of the CSRF token in every form of Grantor's pages. */
export const csrfField = 'csrf_token';

/** The action and the hidden fields of a form. */
export interface FormTarget {
  /** Path on this server that takes the POST. */
  readonly action: string;
  /** Hidden inputs, by name. */
  readonly hidden: Readonly<Record<string, string>>;
  readonly csrfToken: string;
}

interface PostFormProps {
  readonly target: FormTarget;
  readonly class?: string;
  /** By which fields outside of the form name it. */
  readonly id?: string;
  readonly children: Child;
}

/** A form that changes something: always POST, always with the CSRF token. */
export function PostForm({ target, class: className, id, children }: PostFormProps) {
  return (
    <form id={id} method="post" action={useOwnAddress(target.action)} class={className}>
      <input type="hidden" name={csrfField} value={target.csrfToken} />
      {Object.entries(target.hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  );
}
