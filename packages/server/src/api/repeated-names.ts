/**
 * Whether an object in a JSON text has two members with the same name. Parsers differ in which of them they use
 * (RFC 8259 §4), so one program could check a value that another one does not use.
 *
 * @param text valid JSON
 */
export function repeatsName(text: string): boolean {
  /** The names so far of each open object; null for an array. */
  const open: (Set<string> | null)[] = [];
  let mark = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      const end = endOfString(text, at);
      const names = open.at(-1);
      if (names && mark !== ':') {
        // Two spellings may be the same name: "a" and "\u0061".
        const name = String(JSON.parse(text.slice(at, end + 1)));
        if (names.has(name)) return true;
        names.add(name);
      }
      at = end;
    } else if ('{}[],:'.includes(character)) {
      mark = character;
      if (character === '{') open.push(new Set());
      else if (character === '[') open.push(null);
      else if (character === '}' || character === ']') open.pop();
    }
  }
  return false;
}

/** The index of the closing quote of the string that starts here. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at;
}
