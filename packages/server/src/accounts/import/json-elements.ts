import { ImportFileError, MAX_RECORD } from './import-record.js';

/** One element of the list, as JSON text, with the line on which it begins. It has no text if it is too long. */
export interface JsonElement {
  readonly line: number;
  readonly json: string | undefined;
}

/**
 * Finds the objects of a list in a JSON object, without holding more than one of them: `{"users": [{…}, {…}], …}`.
 *
 * @param member the name of the list
 * @throws ImportFileError if the text ends before its object does
 */
export async function* elementsOf(
  text: AsyncIterable<string>,
  member: string,
): AsyncGenerator<JsonElement, void> {
  let line = 1;
  let depth = 0;
  let [isInString, isEscaped, isInList] = [false, false, false];
  /** The last text at the top level, which is a name before a colon. */
  let [name, isName] = ['', false];
  let element: { line: number; json: string; isTooLong: boolean } | undefined;

  for await (const chunk of text) {
    /** Where the part of the element in this chunk begins. */
    let from = 0;
    for (let index = 0; index < chunk.length; index += 1) {
      const letter = chunk[index];
      if (letter === '\n') line += 1;
      if (isInString) {
        if (isName) name += letter;
        if (isEscaped) isEscaped = false;
        else if (letter === '\\') isEscaped = true;
        else if (letter === '"') isInString = false;
        continue;
      }
      if (letter === '"') {
        isInString = true;
        isName = depth === 1;
        if (isName) name = '';
      } else if (letter === '{' || letter === '[') {
        depth += 1;
        if (letter === '[' && depth === 2) isInList = name === `${member}"`;
        if (letter === '{' && depth === 3 && isInList) {
          element = { line, json: '', isTooLong: false };
          from = index;
        }
      } else if (letter === '}' || letter === ']') {
        depth -= 1;
        if (depth === 1) isInList = false;
        if (depth === 2 && element !== undefined) {
          const json = element.json + chunk.slice(from, index + 1);
          const isTooLong = element.isTooLong || json.length > MAX_RECORD;
          yield { line: element.line, json: isTooLong ? undefined : json };
          element = undefined;
        }
      }
    }
    if (element === undefined) name = name.slice(0, MAX_RECORD);
    else {
      element.json += chunk.slice(from);
      if (element.json.length > MAX_RECORD) [element.json, element.isTooLong] = ['', true];
    }
  }
  if (depth !== 0 || isInString) {
    throw new ImportFileError(`The file is not whole: line ${line} is the last, and its JSON does not end.`);
  }
}
