import { useBrand, useTexts } from './page-context.js';

/** Links to the support, the privacy policy and the terms of the service, where the operator set them. */
export function BrandFooter() {
  const t = useTexts();
  const { name, links } = useBrand();
  const shown = [
    { href: links.support, label: t('common.support') },
    { href: links.privacy, label: t('common.privacyPolicy') },
    { href: links.terms, label: t('common.termsOfService') },
  ].filter(({ href }) => href !== undefined);
  if (shown.length === 0) return null;
  return (
    <footer class="site-links">
      <ul class="inline-links" aria-label={t('common.aboutApp', { app: name })}>
        {shown.map(({ href, label }) => (
          <li>
            <a href={href}>{label}</a>
          </li>
        ))}
      </ul>
    </footer>
  );
}
