import { scopeOfClaim } from '../accounts/claims.js';
import { isSameResource } from '../scopes/access.js';
import type { Catalogue } from '../scopes/catalogue.js';
import { claimOf } from '../scopes/claim-items.js';
import { textIn } from '../scopes/local-text.js';
import type { ConsentItem } from '../storage/ports/index.js';
import { isTextKey } from '../texts/catalogues.js';
import type { Translator } from '../texts/texts.js';
import { ACCESS_WITHOUT_SCOPE, isAllowed } from './consent-items.js';
import { itemField } from './optional-items.js';

/** One line of a consent page. */
export interface ConsentLine {
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  /** What kind of access it is; `connect` for a token without a scope. */
  readonly kind: 'identity' | 'read' | 'write' | 'connect';
  /** Its subject: the identity scope, also of a claim, or the group of the scope. */
  readonly subject: string;
  /** The language of both, if it is not that of the page. */
  readonly language: string | undefined;
  /** Its resource, if the page shows resources. */
  readonly resource: string | undefined;
  /** Whether the user allowed it before. */
  readonly already: boolean;
  /** The name of its field, if the user can leave it out. */
  readonly field: string | undefined;
}

/** What else the lines depend on. */
export interface ConsentLineContext {
  /** What the user allowed this app before. */
  readonly known: readonly ConsentItem[];
  readonly catalogue: Catalogue;
  /** Whether the user can leave out an item. */
  readonly isOptional: (item: ConsentItem) => boolean;
  /** The default audience of the app: where it is the only resource, the lines name none. */
  readonly audience: string;
  /** The texts in the language of the page, which the lines follow. */
  readonly texts: Translator;
}

/**
 * The items of a consent in words. An item that another one includes has no line: an app that may change files may read
 * them, unless the user can leave out that other item. Allow is for all items that the user does not leave out.
 *
 * @param items of `consentItemsOf`
 */
export function consentLines(
  items: readonly ConsentItem[],
  context: ConsentLineContext,
): readonly ConsentLine[] {
  const { known, catalogue, isOptional, audience, texts } = context;
  const canLeaveOut = (item: ConsentItem) => isOptional(item) && !isAllowed(item, known, catalogue);
  const shown = signsInOnly(items, context) ? items.filter(({ resource }) => resource === null) : items;
  const namesResources = shown.some(
    ({ resource, name }) =>
      resource !== null && (name === ACCESS_WITHOUT_SCOPE || !isSameResource(resource, audience)),
  );
  return shown
    .filter((item) => !shown.some((other) => includes(other, item, catalogue) && !canLeaveOut(other)))
    .map((item) => ({
      name: item.name,
      ...wordsOf(item, catalogue, texts),
      resource: namesResources ? (item.resource ?? undefined) : undefined,
      already: isAllowed(item, known, catalogue),
      field: canLeaveOut(item) ? itemField(items.indexOf(item)) : undefined,
    }));
}

/**
 * Whether a request only signs the user in. Its token is for the default audience, so the identity scopes describe it
 * fully, unless the user allowed them with another default audience.
 */
function signsInOnly(
  items: readonly ConsentItem[],
  { known, catalogue, audience }: ConsentLineContext,
): boolean {
  const identity = items.filter(({ resource }) => resource === null);
  return (
    identity.length > 0 &&
    items.every(
      (item) =>
        item.resource === null ||
        (item.name === ACCESS_WITHOUT_SCOPE &&
          isSameResource(item.resource, audience) &&
          (isAllowed(item, known, catalogue) || !identity.some((name) => isAllowed(name, known, catalogue)))),
    )
  );
}

function includes(one: ConsentItem, other: ConsentItem, catalogue: Catalogue): boolean {
  return one !== other && one.resource === other.resource && catalogue.covers(one.name, other.name);
}

function wordsOf(
  { name }: ConsentItem,
  catalogue: Catalogue,
  t: Translator,
): Pick<ConsentLine, 'title' | 'description' | 'kind' | 'subject' | 'language'> {
  const scope = catalogue.find(name);
  if (scope !== undefined) {
    const { title, description, language } = textIn(scope.texts, [t.language]);
    return {
      title,
      description,
      ...(scope.type === 'openid'
        ? { kind: 'identity', subject: name }
        : { kind: scope.type, subject: scope.group }),
      language: language === t.language ? undefined : language,
    };
  }
  if (name === ACCESS_WITHOUT_SCOPE) {
    const title = t('consent.connect');
    return { title, description: undefined, kind: 'connect', subject: '', language: undefined };
  }
  const claim = claimOf(name) ?? '';
  const key = `scopes.claim.${claim}`;
  return {
    title: isTextKey(key) ? t(key) : claim,
    description: undefined,
    kind: 'identity',
    subject: scopeOfClaim(claim) ?? '',
    language: undefined,
  };
}
