import type { Child } from 'hono/jsx';
import { tabIcon } from './icons.js';
import { useOwnAddress } from './own-address.js';
import { useBrand, useTexts } from './page-context.js';
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
  const { language, direction } = useTexts();
  const brand = useBrand();
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
      </head>
      <body>
        <header class="masthead">
          <BrandTile />
          <span class="masthead-name" dir="auto">
            {brand.name}
          </span>
        </header>
        <main class={isWide ? 'card card-wide' : 'card'}>{children}</main>
      </body>
    </html>
  );
}
