import { useTexts } from './page-context.js';
import { safeWebUrl } from './safe-href.js';

interface AppLinksProps {
  /** Name of the app, as `displayName` returns it. */
  readonly name: string;
  readonly policyUri?: string | undefined;
  readonly termsUri?: string | undefined;
}

/**
 * Links to the privacy policy and terms of the app, named as such: those of the service are on the page too (OpenID Connect
 * Registration 1.0 §2).
 */
export function AppLinks({ name, policyUri, termsUri }: AppLinksProps) {
  const t = useTexts();
  const links = [
    { href: safeWebUrl(policyUri), label: t('common.privacyPolicy') },
    { href: safeWebUrl(termsUri), label: t('common.termsOfService') },
  ].filter(({ href }) => href !== undefined);
  if (links.length === 0) return null;
  return (
    <div>
      <p id="about-app">{t.rich('common.aboutApp', { app: <bdi>{name}</bdi> })}</p>
      <ul class="inline-links" aria-labelledby="about-app">
        {links.map(({ href, label }) => (
          <li key={label}>
            <a href={href} rel="noreferrer">
              {label}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
