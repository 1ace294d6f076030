import type { Child } from 'hono/jsx';
import { BrandFooter } from './brand-footer.js';
import { tabIcon } from './icons.js';
import { ownAddress, useOwnAddress } from './own-address.js';
import { usePageContext } from './page-context.js';
import { PageMeta } from './page-meta.js';
import { stylesheet } from './styles.js';
import { BrandTile } from './tile.js';

interface LayoutProps {
  /** Title of the tab, without the brand. */
  readonly title: string;
  /** Whether the card is as wide as a large screen allows. */
  readonly isWide?: boolean;
  readonly children: Child;
}

/** The layout of every page: head, brand, and one card with the page's only h1. */
export function Layout({ title, isWide = false, children }: LayoutProps) {
  const { base, texts, brand } = usePageContext();
  const { language, direction } = texts;
  return (
    <html lang={language} dir={direction}>
      <head>
        <PageMeta />
        <meta name="robots" content="noindex" />
        <title>
          {title} · {brand.name}
        </title>
        <link rel="icon" href={useOwnAddress(tabIcon.path)} type={tabIcon.type} />
        <link rel="stylesheet" href={useOwnAddress(stylesheet.path)} />
        {brand.stylesheet !== undefined && (
          <link rel="stylesheet" href={ownAddress(base, brand.stylesheet.path)} />
        )}
      </head>
      <body>
        <header class="masthead">
          <BrandTile />
          <span class="masthead-name" dir="auto">
            {brand.name}
          </span>
        </header>
        <main class={isWide ? 'card card-wide' : 'card'}>{children}</main>
        <BrandFooter />
      </body>
    </html>
  );
}
