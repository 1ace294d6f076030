import type { Child } from 'hono/jsx';
import { tabIcon } from './icons.js';
import { useOwnAddress } from './own-address.js';
import { PageMeta } from './page-meta.js';
import { stylesheet } from './styles.js';
import { BrandTile, defaultBrand } from './tile.js';

/** The language of every page (BCP 47). */
export const pageLanguage = 'en';

/** The props of every page. */
export interface PageProps {
  /** The name of the service on pages. Default: `Grantor`. */
  readonly brand?: string | undefined;
}

interface LayoutProps extends PageProps {
  /** Title of the tab, without the brand. */
  readonly title: string;
  readonly children: Child;
}

/** The layout of every page: head, brand, and one card with the page's only h1. */
export function Layout({ title, brand = defaultBrand, children }: LayoutProps) {
  return (
    <html lang={pageLanguage}>
      <head>
        <PageMeta />
        <meta name="robots" content="noindex" />
        <title>
          {title} · {brand}
        </title>
        <link rel="icon" href={useOwnAddress(tabIcon.path)} type={tabIcon.type} />
        <link rel="stylesheet" href={useOwnAddress(stylesheet.path)} />
      </head>
      <body>
        <header class="masthead">
          <BrandTile brand={brand} />
          <span class="masthead-name" dir="auto">
            {brand}
          </span>
        </header>
        <main class="card">{children}</main>
      </body>
    </html>
  );
}
