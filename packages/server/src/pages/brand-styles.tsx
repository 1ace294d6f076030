import { accentName, accentStylesheet } from './app-accent.js';
import { ownAddress } from './own-address.js';
import { usePageContext } from './page-context.js';
import { stylesheet } from './styles.js';

/** The icon of the tab and the stylesheets, for the head of a page. */
export function BrandStyles() {
  const { base, brand, app } = usePageContext();
  const accents = [
    accentName('light', app?.accentLight),
    accentName('dark', app?.accentDark),
    // The operator may have changed the other colours since the app was registered.
  ].filter((name) => name !== undefined && accentStylesheet(brand, name) !== undefined);
  return (
    <>
      <link rel="icon" href={ownAddress(base, brand.icon.path)} type={brand.icon.type} />
      <link rel="stylesheet" href={ownAddress(base, stylesheet.path)} />
      {brand.stylesheet !== undefined && (
        <link rel="stylesheet" href={ownAddress(base, brand.stylesheet.path)} />
      )}
      {accents.map((name) => (
        <link rel="stylesheet" href={ownAddress(base, `/assets/accent/${name}`)} />
      ))}
    </>
  );
}
