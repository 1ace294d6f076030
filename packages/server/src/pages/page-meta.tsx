import { useBrand } from './page-context.js';

/** What every page says about itself in its head: encoding, width and colours. */
export function PageMeta() {
  const { light, dark } = useBrand().palettes;
  return (
    <>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={light.paper} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={dark.paper} />
    </>
  );
}
