import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { citationsOf } from '../../docs/conformance/citations.js';
import { conformancePage } from '../../docs/conformance/page.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('generates docs/conformance.md from the tables and the tests: npm run docs:conformance', () => {
  expect(readFileSync(`${root}/docs/conformance.md`, 'utf8')).toBe(conformancePage(root));
});

// Put together, so that this file cites nothing itself.
const cited = (...lines: [string, string, number][]) =>
  citationsOf(
    lines.map(([kind, title, indent]) => `${' '.repeat(indent)}${kind}('${title}', x`).join('\n'),
    'a',
  ).map(({ specification, section }) => `${specification} ${section}`.trim());

describe('what a test cites', () => {
  it('is each section after the name of its specification', () => {
    expect(cited(['it', 'holds (RFC 7636 §4.1 and §4.2, RFC 6749 §5.2)', 0])).toEqual([
      'RFC 7636 4.1',
      'RFC 7636 4.2',
      'RFC 6749 5.2',
    ]);
    expect(cited(['it', 'holds RFC 7636 Appendix B', 0])).toEqual(['RFC 7636 Appendix B']);
  });

  it('is the whole specification if no section is named', () => {
    expect(cited(['it', 'holds RFC 7009, and RFC 6749 §6', 0])).toEqual(['RFC 7009', 'RFC 6749 6']);
  });

  it('belongs to the specification of the surrounding describe, unless it names one', () => {
    const lines: [string, string, number][] = [
      ['describe', 'about RFC 7009', 0],
      ['it', 'holds (§2.1)', 2],
      ['describe', 'about something else', 0],
      ['it', 'holds (§2.2)', 2],
    ];
    expect(cited(...lines)).toEqual(['RFC 7009', 'RFC 7009 2.1']);
  });

  it('is also the title after a table of cases', () => {
    expect(citationsOf("it.each([\n  ['a'],\n])('%s is refused (RFC 6749 §5.2)', x", 'a')).toEqual([
      { specification: 'RFC 6749', section: '5.2', title: '… is refused (RFC 6749 §5.2)', path: 'a' },
    ]);
  });

  it('must be known', () => {
    expect(() => cited(['it', 'holds RFC 1', 0])).toThrow(
      'cites RFC 1, which docs/conformance/specifications.ts',
    );
  });
});
