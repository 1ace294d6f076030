import type { Child } from 'hono/jsx';
import { Icon, type IconName } from '../icons.js';
import { type FormTarget, PostForm } from '../post-form.js';

interface RowProps {
  /** An icon, or a picture of its own. */
  readonly icon: IconName | { readonly tile: Child };
  readonly title: Child;
  /** A short word beside the title, such as "This browser". */
  readonly mark?: string | undefined;
  readonly children?: Child;
  /** A form or a link. */
  readonly action?: Child;
}

/** One thing of a list: a session, an app, a key. */
export function Row({ icon, title, mark, children, action }: RowProps) {
  return (
    <li class="row">
      {typeof icon === 'string' ? (
        <span class="scope-icon">
          <Icon name={icon} />
        </span>
      ) : (
        icon.tile
      )}
      <div class="row-text">
        <p class="row-title">
          <bdi>{title}</bdi>
          {mark !== undefined && <span class="mark-word">{mark}</span>}
        </p>
        {children}
      </div>
      {action !== undefined && <div class="row-action">{action}</div>}
    </li>
  );
}

interface RowButtonProps {
  readonly id: string;
  readonly target: FormTarget;
  readonly label: string;
  /** Which of the things of the list it is about, for users who do not see the row. */
  readonly about: string;
}

/** The button of a row, as a form of its own. */
export function RowButton({ id, target, label, about }: RowButtonProps) {
  return (
    <PostForm target={target}>
      <button id={id} type="submit" class="button button-small">
        {label}
        <span class="visually-hidden">
          {' '}
          <bdi>{about}</bdi>
        </span>
      </button>
    </PostForm>
  );
}

interface DisclosedFormProps {
  readonly id: string;
  readonly target: FormTarget;
  /** What the user opens first. */
  readonly summary: string;
  /** What the button does. */
  readonly explanation: string;
  readonly label: string;
  readonly children?: Child;
}

/** A form that is hidden until the user opens it, so that its button is not pressed by mistake. It needs no script. */
export function DisclosedForm({ id, target, summary, explanation, label, children }: DisclosedFormProps) {
  return (
    <details class="disclosed">
      <summary>{summary}</summary>
      <PostForm target={target} class="disclosed-form">
        <p>{explanation}</p>
        {children}
        <button id={id} type="submit" class="button button-danger">
          {label}
        </button>
      </PostForm>
    </details>
  );
}
