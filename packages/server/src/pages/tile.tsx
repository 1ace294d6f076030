import { monogram } from './display-name.js';
import { safeWebUrl } from './safe-href.js';

interface TileProps {
  /** A name as `displayName` returns it. */
  readonly name: string;
  /** The address of the logo; ignored unless it is an http or https URL. */
  readonly logoUri?: string | undefined;
  readonly kind: 'app' | 'person';
}

/**
 * The square of an app, or the circle of a user. Hidden from screen readers, since the name is always next to it. A logo
 * also has the letter: browsers draw generated content only for an image that did not load.
 */
export function Tile({ name, logoUri, kind }: TileProps) {
  const logo = safeWebUrl(logoUri);
  return (
    <span class={kind === 'person' ? 'tile tile-person' : 'tile'} aria-hidden="true">
      {logo === undefined ? (
        monogram(name)
      ) : (
        <img src={logo} alt="" data-monogram={monogram(name)} referrerpolicy="no-referrer" />
      )}
    </span>
  );
}
