import type { Catalogue } from '../consents/catalogue.js';
import { describeClaim } from '../consents/claim-words.js';
import { textIn } from '../consents/local-text.js';
import { describeResource } from '../consents/resource-words.js';
import { isAllowed } from './consent-items.js';

/** One line of what a person is asked. */
export interface ConsentLine {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  /** The language that both are in, where the operator wrote them. */
  readonly language: string | undefined;
  /** The resource that it is about alone, as people know addresses. */
  readonly resource: string | undefined;
  /** Whether the person allowed it before. */
  readonly already: boolean;
}

/**
 * The items of a consent in words. What another item has with it is not said twice: who may change files may see
 * them. Allow is for all items all the same.
 *
 * @param items of `consentItemsOf`
 * @param known what the person allowed this app before
 * @param wishes the languages that they want, the dearest first
 */
export function consentLines(
  items: readonly string[],
  known: readonly string[],
  catalogue: Catalogue,
  wishes: readonly string[],
): readonly ConsentLine[] {
  return items
    .filter((item) => !items.some((other) => other !== item && catalogue.covers(other, item)))
    .map((item) => ({
      name: item,
      ...wordsOf(item, catalogue, wishes),
      already: isAllowed(item, known, catalogue),
    }));
}

function wordsOf(
  item: string,
  catalogue: Catalogue,
  wishes: readonly string[],
): Omit<ConsentLine, 'name' | 'already'> {
  const scope = catalogue.find(item);
  if (scope !== undefined) {
    const { title, description, language } = textIn(scope.texts, wishes);
    return { title, description, language, resource: scope.resource?.replace(/^https:\/\//i, '') };
  }
  const words = describeClaim(item) ?? describeResource(item);
  return {
    title: words?.title ?? item,
    description: words?.description ?? undefined,
    language: undefined,
    resource: undefined,
  };
}
