import { Icon, type IconName } from './icons.js';

/** The kind of access that a scope allows. */
export type ScopeKind = 'identity' | 'read' | 'write' | 'connect';

/** What an icon depends on. */
export interface ScopeIconProps {
  readonly kind: ScopeKind;
  /** The subject of the access: the scope of OpenID Connect, or the group of the scope. */
  readonly subject: string;
  /** Whether the user allowed it before. */
  readonly already?: boolean | undefined;
}

// The scopes of OpenID Connect Core 1.0 §5.4 and §11, and well-known groups.
const bySubject: Readonly<Record<string, IconName>> = {
  openid: 'person',
  profile: 'card',
  email: 'mail',
  phone: 'phone',
  address: 'place',
  groups: 'people',
  offline_access: 'clock',
  accounts: 'people',
  calendar: 'calendar',
  contacts: 'people',
  files: 'folder',
  mail: 'mail',
  profiles: 'card',
  rooms: 'rooms',
};

const byKind: Readonly<Record<ScopeKind, IconName>> = {
  identity: 'person',
  read: 'eye',
  write: 'pencil',
  connect: 'link',
};

/** The icon of a scope. A write scope has an added pencil, and an already allowed scope a tick. */
export function ScopeIcon({ kind, subject, already }: ScopeIconProps) {
  const name = already === true ? 'check' : iconOf(kind, subject);
  return (
    <span class="scope-icon">
      <Icon name={name} />
      {kind === 'write' && name !== 'check' && name !== 'pencil' && (
        <span class="scope-icon-write">
          <Icon name="pencil" />
        </span>
      )}
    </span>
  );
}

function iconOf(kind: ScopeKind, subject: string): IconName {
  const known = kind !== 'connect' && Object.hasOwn(bySubject, subject) ? bySubject[subject] : undefined;
  return known ?? (subject.startsWith('grantor.') ? 'key' : byKind[kind]);
}
