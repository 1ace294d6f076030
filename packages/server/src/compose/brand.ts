import type { BrandingPolicy } from '../clients/app-brand.js';
import { type Config, environmentVariables } from '../config/config.js';
import { MAILED_LOGO } from '../endpoints/paths.js';
import type { Logo } from '../logos/logo.js';
import { readPictureFile } from '../logos/picture-file.js';
import { type Asset, accentProblem, type Brand, createAsset, createBrand } from '../pages/index.js';
import type { ServerDependencies } from './dependencies.js';

type PictureSetting = 'logo' | 'logoDark' | 'favicon';

/**
 * Reads the pictures of the operator and checks the colours.
 *
 * @throws Error that names the setting, if a picture cannot be shown or a text could not be read
 */
export function readBrand(config: Config): Brand {
  const light = picture(config, 'logo');
  const dark = picture(config, 'logoDark');
  if (light === undefined && dark !== undefined) {
    throw new Error(`${environmentVariables.logo} is not set, and ${environmentVariables.logoDark} is`);
  }
  const favicon = picture(config, 'favicon');
  const style = config.logoStyle;
  return createBrand({
    ...config,
    logo: light && { light, dark, style },
    // A logo with words is too small to read in a tab.
    icon: favicon ?? (style === 'icon' ? light : undefined),
    links: { support: config.supportUrl, privacy: config.privacyUrl, terms: config.termsUrl },
  });
}

function picture(config: Config, setting: PictureSetting): Asset | undefined {
  const source = config[setting];
  if (source === undefined) return undefined;
  const found = readPictureFile(source);
  if ('problem' in found) throw new Error(`${environmentVariables[setting]} ${found.problem}`);
  const { mediaType, bytes } = found;
  return createAsset(
    new Uint8Array(bytes),
    mediaType,
    (hash) => `/assets/picture.${hash}.${endings[mediaType]}`,
  );
}

const endings = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
} as const satisfies Record<Logo['mediaType'], string>;

/** Which apps have a brand of their own, and the check of their colours. */
export function brandingPolicy({
  config,
  brand,
}: Pick<ServerDependencies, 'config' | 'brand'>): BrandingPolicy {
  return {
    allowed: config.clientBranding,
    accentProblem: (mode, accent) => accentProblem(brand, mode, accent),
  };
}

/** The address of the logo for mails; undefined for an SVG, which most mail programs do not show. */
export function mailedLogo({ logo }: Brand, issuer: string): string | undefined {
  return logo === undefined || logo.light.type === 'image/svg+xml' ? undefined : issuer + MAILED_LOGO;
}
