import { useTexts } from './page-context.js';
import { safeWebUrl } from './safe-href.js';

interface AppLinksProps {
  /** Name of the app, as `displayName` returns it. */
  readonly name: string;
  readonly policyUri?: string | undefined;
  readonly termsUri?: string | undefined;
}

/** Links to the privacy policy and terms of the app (OpenID Connect Registration 1.0 §2). */
export function AppLinks({ name, policyUri, termsUri }: AppLinksProps) {
  const t = useTexts();
  const policy = safeWebUrl(policyUri);
  const terms = safeWebUrl(termsUri);
  if (policy === undefined && terms === undefined) return null;
  return (
    <ul class="inline-links" aria-label={t('common.aboutApp', { app: name })}>
      {policy !== undefined && (
        <li>
          <a href={policy} rel="noreferrer">
            {t('common.privacyPolicy')}
          </a>
        </li>
      )}
      {terms !== undefined && (
        <li>
          <a href={terms} rel="noreferrer">
            {t('common.termsOfService')}
          </a>
        </li>
      )}
    </ul>
  );
}
