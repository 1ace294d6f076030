import { monogram } from './display-name.js';
import { usePageContext } from './page-context.js';
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
  const isWide = kind === 'app' && logo !== undefined && usePageContext().app?.logoStyle === 'wordmark';
  return (
    <span class={classOf(kind, isWide)} aria-hidden="true">
      {logo === undefined ? (
        monogram(name)
      ) : (
        <img src={logo} alt="" data-monogram={monogram(name)} referrerpolicy="no-referrer" />
      )}
    </span>
  );
}

function classOf(kind: TileProps['kind'], isWide: boolean): string {
  if (kind === 'person') return 'tile tile-person';
  return isWide ? 'tile tile-wide' : 'tile';
}
