import { globSync, readFileSync } from 'node:fs';
import { aliases, specifications } from './specifications.ts';

/** A test that holds a section of a specification. */
export interface Citation {
  readonly specification: string;
  /** `4.1.2`, `Appendix B`, or empty for the whole. */
  readonly section: string;
  readonly title: string;
  readonly path: string;
}

const PLACES = [
  'test/**/*.test.ts',
  'interop/**/*.test.ts',
  'packages/*/{src,test}/**/*.{test.ts,test.tsx,contract.ts}',
  'samples/*/{src,test}/**/*.test.ts',
];

/** The last one cites examples of its own. */
const ELSEWHERE = ['**/node_modules/**', '**/dist/**', 'test/docs/conformance.test.ts'];

/** `describe('…'`, `it('…'`, and what follows a table: `])('…'`. */
const TITLE =
  /^( *)(?:.*\b(describe|it|test)(?:\.each)?\b.*| *[\])}].*\))\(\s*(['"`])((?:(?!\3)[^\\\n]|\\.)+)\3/gm;

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const names = [...specifications.map(({ id }) => id), ...Object.keys(aliases)].toSorted(
  (a, b) => b.length - a.length,
);
/** A specification's name, or a section of the one that was named last. */
const WORD = new RegExp(
  `(${names.map(escaped).join('|')}|RFC \\d+)(?!\\d)|(?:§+\\s*([0-9A-Z](?:[0-9.]*[0-9])?)|\\b[Aa]ppendix ([A-Z](?:\\.\\d+)*))`,
  'g',
);

/**
 * Reads which sections the titles of all tests cite. A section without a specification is one of what the
 * surrounding `describe` cites.
 *
 * @param root of the repository
 * @throws Error for a specification that the table does not have
 */
export function readCitations(root: string): readonly Citation[] {
  const paths = globSync(PLACES, { cwd: root, exclude: ELSEWHERE }).toSorted();
  return paths.flatMap((path) => citationsOf(readFileSync(`${root}/${path}`, 'utf8'), path));
}

/** The citations of one file's text. */
export function citationsOf(text: string, path: string): readonly Citation[] {
  const around: { indent: number; specification: string | undefined }[] = [];
  const found: Citation[] = [];
  for (const [, indentation = '', kind, , title = ''] of text.matchAll(TITLE)) {
    const indent = indentation.length;
    while ((around.at(-1)?.indent ?? -1) >= indent) around.pop();
    let specification = around.at(-1)?.specification;
    let sections = 0;
    let named: string | undefined;
    const cite = (section: string) => {
      if (specification !== undefined) found.push({ specification, section, title: plain(title), path });
    };
    for (const [, name, section, appendix] of title.matchAll(WORD)) {
      if (name !== undefined) {
        if (named !== undefined && sections === 0) cite('');
        named = aliases[name] ?? name;
        specification = named;
        sections = 0;
        if (!specifications.some(({ id }) => id === named)) {
          throw new Error(`${path} cites ${name}, which docs/conformance/specifications.ts does not have`);
        }
      } else {
        cite(section ?? `Appendix ${appendix}`);
        sections += 1;
      }
    }
    if (named !== undefined && sections === 0) cite('');
    if (kind === 'describe') around.push({ indent, specification });
  }
  return found;
}

/** A title as people read it, without what the table behind it fills in. */
function plain(title: string): string {
  return title.replaceAll(/\\(.)/g, '$1').replaceAll(/%[sdijo]|\$\{[^}]*\}|\$\w+/g, '…');
}
