import type { Child } from 'hono/jsx';
import { displayName } from './display-name.js';
import { useTexts } from './page-context.js';
import { Tile } from './tile.js';

/** The signed-in user, as pages show them. */
export interface PageUser {
  readonly name: string;
  readonly email: string;
}

/** The display name of a user, for a component of a page. */
export function useNameOf({ name, email }: PageUser): string {
  const t = useTexts();
  return displayName(name, displayName(email, t('common.you')));
}

/** The signed-in user, with optional actions. */
export function UserCard({ user, children }: { user: PageUser; children?: Child }) {
  const t = useTexts();
  const name = useNameOf(user);
  return (
    <div class="person">
      <Tile name={name} kind="person" />
      <p class="person-text">
        <span class="visually-hidden">{t('common.signedInAs')} </span>
        <span class="person-name">
          <bdi>{name}</bdi>
        </span>
        {user.email !== name && (
          <span class="person-email">
            <bdi>{displayName(user.email, '')}</bdi>
          </span>
        )}
      </p>
      {children}
    </div>
  );
}
