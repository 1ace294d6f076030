import { ClientMetadataError, type LogoStyle, type MetadataProblem } from '../protocol/index.js';
import type { ClientMetadata, ClientRecord } from '../storage/ports/index.js';

/** How the pages of an app's requests look. */
export interface AppBrand {
  /** Six-digit hex colours; undefined for the colour of the service. */
  readonly accentLight: string | undefined;
  readonly accentDark: string | undefined;
  readonly logoStyle: LogoStyle;
}

export interface BrandingPolicy {
  /** Which apps have a brand of their own. */
  readonly allowed: 'off' | 'verified';
  /** What is wrong with a colour on the pages of this server: its contrast. */
  readonly accentProblem: (mode: 'light' | 'dark', accent: string) => string | undefined;
}

type BrandFields = Pick<ClientMetadata, 'accent_light' | 'accent_dark' | 'logo_style'>;

type SentBrand = { readonly [Name in keyof BrandFields]?: BrandFields[Name] | null | undefined };

/**
 * Refuses a brand where the operator allows none, and colours that users could not read.
 *
 * @param sent the fields of a registration or a change; null removes one
 * @throws ClientMetadataError
 */
export function refuseBranding(sent: SentBrand, { allowed, accentProblem }: BrandingPolicy): void {
  const problems: MetadataProblem[] = [];
  for (const field of ['accent_light', 'accent_dark', 'logo_style'] as const) {
    const value = sent[field];
    if (value === undefined || value === null) continue;
    const message =
      allowed === 'off'
        ? 'is not allowed by this server. Leave it out, or ask its operator to allow brands of apps'
        : field === 'logo_style'
          ? undefined
          : accentProblem(field === 'accent_light' ? 'light' : 'dark', value);
    if (message !== undefined) problems.push({ field, message });
  }
  if (problems.length > 0) throw new ClientMetadataError(problems);
}

/**
 * The brand of an app on the pages of its requests. An app that no administrator has verified has none, so that a stranger
 * cannot imitate the pages of another service.
 */
export function appBrandOf(
  { metadata }: Pick<ClientRecord, 'metadata'>,
  { allowed }: Pick<BrandingPolicy, 'allowed'>,
): AppBrand | undefined {
  if (allowed === 'off' || metadata.verified !== true) return undefined;
  const { accent_light: accentLight, accent_dark: accentDark, logo_style: logoStyle } = metadata;
  if (accentLight === undefined && accentDark === undefined && logoStyle === undefined) return undefined;
  return { accentLight, accentDark, logoStyle: logoStyle ?? 'icon' };
}
