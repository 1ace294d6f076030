import { Icon, type IconName } from './icons.js';

/** One scope in the words that the person reads. */
export interface ConsentScope {
  /** The scope as requested, e.g. `files.read`. */
  readonly name: string;
  /** What it allows, e.g. "See your files". */
  readonly title: string;
  readonly description?: string | undefined;
  /** The language of both, where it is not that of the page. */
  readonly language?: string | undefined;
  /** The one address that it is about, without its scheme. */
  readonly resource?: string | undefined;
  /** The person allowed this to the same app before. */
  readonly already?: boolean | undefined;
}

// The scopes of OpenID Connect Core 1.0 §5.4 and §11; an API's own scopes share one icon.
const icons: Readonly<Record<string, IconName>> = {
  openid: 'person',
  profile: 'person',
  email: 'mail',
  phone: 'phone',
  address: 'place',
  offline_access: 'clock',
};

const iconOf = (scope: string): IconName => (Object.hasOwn(icons, scope) ? (icons[scope] ?? 'key') : 'key');

/** Scopes in plain words. */
export function ScopeList({ scopes, labelledBy }: { scopes: readonly ConsentScope[]; labelledBy: string }) {
  return (
    <ul class="scopes" aria-labelledby={labelledBy}>
      {scopes.map((scope) => (
        <li key={scope.name} class={scope.already === true ? 'scope scope-already' : 'scope'}>
          <span class="scope-icon">
            <Icon name={scope.already === true ? 'check' : iconOf(scope.name)} />
          </span>
          <span class="scope-text">
            <span class="scope-title" dir="auto" lang={scope.language}>
              {scope.title}
            </span>
            {scope.description !== undefined && (
              <span class="scope-description" dir="auto" lang={scope.language}>
                {scope.description}
              </span>
            )}
            {scope.resource !== undefined && (
              <span class="scope-description">
                At <bdi>{scope.resource}</bdi>
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
