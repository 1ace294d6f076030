import { ownAddress } from './own-address.js';
import { usePageContext } from './page-context.js';
import { stylesheet } from './styles.js';

/** The icon of the tab and the stylesheets, for the head of a page. */
export function BrandStyles() {
  const { base, brand } = usePageContext();
  return (
    <>
      <link rel="icon" href={ownAddress(base, brand.icon.path)} type={brand.icon.type} />
      <link rel="stylesheet" href={ownAddress(base, stylesheet.path)} />
      {brand.stylesheet !== undefined && (
        <link rel="stylesheet" href={ownAddress(base, brand.stylesheet.path)} />
      )}
    </>
  );
}
