import { type BrandLogo, hasOwnMark } from './brand.js';
import { monogram } from './display-name.js';
import { Mark } from './icons.js';
import { useOwnAddress } from './own-address.js';
import { useBrand } from './page-context.js';

/** The name of the service and its mark: its logo, Grantor's mark, or the first letter of the name. */
export function BrandMark() {
  const { name, logo } = useBrand();
  if (logo?.style === 'wordmark') return <LogoPicture logo={logo} alt={name} class="masthead-logo" />;
  return (
    <>
      <BrandTile />
      <span class="masthead-name" dir="auto">
        {name}
      </span>
    </>
  );
}

/** The square of this server. Hidden from screen readers, since the name is always on the page. */
export function BrandTile() {
  const brand = useBrand();
  if (brand.logo?.style === 'icon') {
    return (
      <span class="tile tile-logo" aria-hidden="true">
        <LogoPicture logo={brand.logo} alt="" />
      </span>
    );
  }
  return (
    <span class="tile tile-brand" aria-hidden="true">
      {hasOwnMark(brand) ? <Mark /> : monogram(brand.name)}
    </span>
  );
}

/** A logo in the light or the dark mode. A logo without a dark picture is shown on white there. */
function LogoPicture({
  logo: { light, dark },
  alt,
  class: className,
}: {
  readonly logo: BrandLogo;
  readonly alt: string;
  readonly class?: string;
}) {
  const source = useOwnAddress(dark?.path ?? '');
  return (
    <picture class={dark === undefined ? 'logo-on-white' : undefined}>
      {dark !== undefined && <source srcset={source} media="(prefers-color-scheme: dark)" />}
      <img class={className} src={useOwnAddress(light.path)} alt={alt} />
    </picture>
  );
}
