import type { Child } from 'hono/jsx';
import { BrandFooter } from './brand-footer.js';
import { BrandMark } from './brand-mark.js';
import { BrandStyles } from './brand-styles.js';
import { usePageContext } from './page-context.js';
import { PageMeta } from './page-meta.js';

interface LayoutProps {
  /** Title of the tab, without the brand. */
  readonly title: string;
  /** Whether the card is as wide as a large screen allows. */
  readonly isWide?: boolean;
  readonly children: Child;
}

/** The layout of every page: head, brand, and one card with the page's only h1. */
export function Layout({ title, isWide = false, children }: LayoutProps) {
  const { texts, brand, app } = usePageContext();
  const { language, direction } = texts;
  return (
    <html lang={language} dir={direction}>
      <head>
        <PageMeta />
        <meta name="robots" content="noindex" />
        <title>
          {title} · {brand.name}
        </title>
        <BrandStyles />
      </head>
      <body>
        <header class="masthead">
          <BrandMark />
          {app !== undefined && (
            <p class="whose-page">
              {texts.rich('common.whosePage', {
                brand: <bdi class="strong">{brand.name}</bdi>,
                host: <bdi class="host">{app.host}</bdi>,
              })}
            </p>
          )}
        </header>
        <main class={isWide ? 'card card-wide' : 'card'}>{children}</main>
        <BrandFooter />
      </body>
    </html>
  );
}
