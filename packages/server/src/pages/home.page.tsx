import { Icon } from './icons.js';
import { Layout, type PageProps } from './layout.js';
import { Link } from './link.js';
import { safeHref } from './safe-href.js';
import { defaultBrand } from './tile.js';

export interface HomePageProps extends PageProps {
  /** The issuer, exactly as tokens name it. */
  readonly issuer: string;
  readonly links: readonly { readonly href: string; readonly label: string; readonly description: string }[];
  /** Version of the server, e.g. `0.1.0`. */
  readonly version: string;
}

/** The root of a running server: that it runs, as whom, and where to go from here. */
export function HomePage({ issuer, links, version, brand = defaultBrand }: HomePageProps) {
  return (
    <Layout title="Running" brand={brand}>
      <h1 dir="auto">{brand} is running</h1>
      <p class="lead">Apps can ask people here for access, and people stay in charge of what they allow.</p>
      <dl class="facts">
        <div>
          <dt>Issuer</dt>
          <dd>
            <code>{issuer}</code>
          </dd>
        </div>
        <div>
          <dt>Version</dt>
          <dd>
            <code>{version}</code>
          </dd>
        </div>
      </dl>
      <nav aria-label="Where to go from here">
        <ul class="doors">
          {links.map((link) => (
            <li key={link.href}>
              <Link class="door" href={safeHref(link.href) ?? '/'}>
                <span class="door-text">
                  <span class="door-label">{link.label}</span>
                  <span class="door-description">{link.description}</span>
                </span>
                <Icon name="arrow" />
              </Link>
            </li>
          ))}
        </ul>
      </nav>
    </Layout>
  );
}
