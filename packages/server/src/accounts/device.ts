import type { Device } from '../storage/ports/index.js';

/** The longest part of a `User-Agent` that is read. */
const MAX_LENGTH = 512;

type Names = readonly (readonly [name: string, pattern: RegExp])[];

/** Browsers by what their `User-Agent` has. Most name others too, so that the first match counts. */
const browsers: Names = [
  ['Edge', /\bEdgA?(?:iOS)?\//],
  ['Opera', /\b(?:OPR|OPT|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['DuckDuckGo', /\bDuckDuckGo\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//],
  ['Safari', /\bVersion\/[\d.]+ .*\bSafari\//],
];

const systems: Names = [
  ['iPad', /\biPad\b/],
  ['iPhone', /\biPhone\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  // Safari on an iPad says so, too.
  ['macOS', /\bMacintosh\b/],
  ['Linux', /\b(?:Linux|X11)\b/],
];

/**
 * The browser and the system that a `User-Agent` names. Only these names are stored: the header would also tell versions
 * and models, and could hold any text.
 *
 * @param userAgent null if the request has none
 */
export function deviceOf(userAgent: string | null): Device {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  return { browser: nameIn(browsers, text), system: nameIn(systems, text) };
}

function nameIn(names: Names, text: string): string | null {
  return names.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** The names of browser and system in one text; empty if both are unknown. */
export function deviceName(userAgent: string | null): string {
  const { browser, system } = deviceOf(userAgent);
  return [browser, system].filter((name) => name !== null).join(', ');
}
