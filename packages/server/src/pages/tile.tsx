import { monogram } from './display-name.js';
import { Mark } from './icons.js';
import { safeWebUrl } from './safe-href.js';

export const defaultBrand = 'Grantor';

interface TileProps {
  /** A name as `displayName` returns it. */
  readonly name: string;
  /** Where the app keeps its logo; used only if it is an http or https URL. */
  readonly logoUri?: string | undefined;
  readonly kind: 'app' | 'person';
}

/**
 * The square that stands for an app, or the circle that stands for a person. Hidden from screen readers,
 * since the name is always beside it. A logo carries the letter along: browsers draw generated content only for an image that did not load.
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

/** The mark of whoever runs this server: Grantor's own, or the first letter of another brand. */
export function BrandTile({ brand }: { brand: string }) {
  return (
    <span class="tile tile-brand" aria-hidden="true">
      {brand === defaultBrand ? <Mark /> : monogram(brand)}
    </span>
  );
}
