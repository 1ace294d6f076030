import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useBrand } from './page-context.js';
import { safeHref } from './safe-href.js';

export interface HomePageProps {
  /** The issuer, exactly as tokens name it. */
  readonly issuer: string;
  readonly links: readonly { readonly href: string; readonly label: string; readonly description: string }[];
  /** Version of the server, e.g. `0.1.0`. */
  readonly version: string;
}

/** The root page of a running server: its issuer, its version and links. */
export function HomePage({ issuer, links, version }: HomePageProps) {
  return (
    <Layout title="Running">
      <h1 dir="auto">{useBrand().name} is running</h1>
      <p class="lead">This server signs users in and lets them decide what apps may access.</p>
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
      <nav aria-label="Links">
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
