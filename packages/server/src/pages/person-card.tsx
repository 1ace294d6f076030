import type { Child } from 'hono/jsx';
import { displayName } from './display-name.js';
import { Tile } from './tile.js';

/** The signed-in user, as pages show them. */
export interface PagePerson {
  readonly name: string;
  readonly email: string;
}

/** The display name of a user. */
export function personName({ name, email }: PagePerson): string {
  return displayName(name, displayName(email, 'You'));
}

/** The signed-in user, with optional actions. */
export function PersonCard({ person, children }: { person: PagePerson; children?: Child }) {
  const name = personName(person);
  return (
    <div class="person">
      <Tile name={name} kind="person" />
      <p class="person-text">
        <span class="visually-hidden">Signed in as </span>
        <span class="person-name">
          <bdi>{name}</bdi>
        </span>
        {person.email !== name && (
          <span class="person-email">
            <bdi>{displayName(person.email, '')}</bdi>
          </span>
        )}
      </p>
      {children}
    </div>
  );
}
