import type { TextKey } from '../../texts/catalogues.js';
import type { Translator } from '../../texts/texts.js';

/** Where a network address is, as far as the address itself says it. */
export type Place =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'thisMachine' | 'localNetwork' | 'internet'; readonly address: string };

const places = {
  thisMachine: 'account.placeThisMachine',
  localNetwork: 'account.placeLocalNetwork',
  internet: 'account.placeInternet',
} as const satisfies Record<string, TextKey>;

/** A place in words. */
export function placeIn(t: Translator, place: Place): string {
  if (place.kind === 'unknown') return t('account.placeUnknown');
  return t(places[place.kind], { address: place.address });
}
