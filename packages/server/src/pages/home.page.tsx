import type { TextKey } from '../texts/catalogues.js';
import { Icon } from './icons.js';
import { Layout } from './layout.js';
import { Link } from './own-address.js';
import { useBrand, useTexts } from './page-context.js';
import { safeHref } from './safe-href.js';

export interface HomePageProps {
  /** The issuer, exactly as tokens name it. */
  readonly issuer: string;
  readonly links: readonly {
    readonly href: string;
    readonly label: TextKey;
    readonly description: TextKey;
  }[];
  /** Version of the server, e.g. `0.1.0`. */
  readonly version: string;
}

/** The root page of a running server: its issuer, its version and links. */
export function HomePage({ issuer, links, version }: HomePageProps) {
  const t = useTexts();
  return (
    <Layout title={t('home.title')}>
      <h1>{t.rich('home.heading', { brand: <bdi>{useBrand().name}</bdi> })}</h1>
      <p class="lead">{t('home.purpose')}</p>
      <dl class="facts">
        <div>
          <dt>{t('home.issuer')}</dt>
          <dd>
            <code>{issuer}</code>
          </dd>
        </div>
        <div>
          <dt>{t('home.version')}</dt>
          <dd>
            <code>{version}</code>
          </dd>
        </div>
      </dl>
      <nav aria-label={t('common.links')}>
        <ul class="doors">
          {links.map((link) => (
            <li key={link.href}>
              <Link class="door" href={safeHref(link.href) ?? '/'}>
                <span class="door-text">
                  <span class="door-label">{t(link.label)}</span>
                  <span class="door-description">{t(link.description)}</span>
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
