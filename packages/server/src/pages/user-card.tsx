import type { Child } from 'hono/jsx';
import { displayName } from './display-name.js';
import { Tile } from './tile.js';

/** The signed-in user, as pages show them. */
export interface PageUser {
  readonly name: string;
  readonly email: string;
}

/** The display name of a user. */
export function userName({ name, email }: PageUser): string {
  return displayName(name, displayName(email, 'You'));
}

/** The signed-in user, with optional actions. */
export function UserCard({ user, children }: { user: PageUser; children?: Child }) {
  const name = userName(user);
  return (
    <div class="person">
      <Tile name={name} kind="person" />
      <p class="person-text">
        <span class="visually-hidden">Signed in as </span>
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
