import {
  isDateElement,
  isLiteralElement,
  isPluralElement,
  isPoundElement,
  isSelectElement,
  isTagElement,
  isTimeElement,
  type MessageFormatElement,
} from '@formatjs/icu-messageformat-parser';
import type { IntlMessageFormat } from 'intl-messageformat';

/**
 * The arguments of a message, in alphabetical order: `{app}`, `{at, date}`, `<link>`. One message can stand for another
 * if both have the same arguments. Whether a number is used with a plural depends on the language.
 */
export function argumentsOf(message: IntlMessageFormat): readonly string[] {
  return [...new Set(message.getAst().flatMap(argumentsIn))].toSorted();
}

function argumentsIn(element: MessageFormatElement): readonly string[] {
  if (isLiteralElement(element) || isPoundElement(element)) return [];
  if (isTagElement(element)) return [`<${element.value}>`, ...element.children.flatMap(argumentsIn)];
  if (isPluralElement(element) || isSelectElement(element)) {
    const options = Object.values(element.options).flatMap(({ value }) => value);
    return [`{${element.value}}`, ...options.flatMap(argumentsIn)];
  }
  // Only a time can be formatted as a date.
  const isTime = isDateElement(element) || isTimeElement(element);
  return [isTime ? `{${element.value}, date}` : `{${element.value}}`];
}
