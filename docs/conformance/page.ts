import { codeChallengeMethods } from '@grantor/protocol';
import {
  accessTokenFormats,
  clientAuthenticationMethods,
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  contentEncryptionAlgorithms,
  displays,
  errorCodes,
  grantTypes,
  keyEncryptionAlgorithms,
  parameterTable,
  prompts,
  responseModes,
  responseTypes,
  signingAlgorithms,
  subjectTypes,
} from '@grantor/server/protocol';
import { type Citation, readCitations } from './citations.ts';
import { absent, type Specification, specifications } from './specifications.ts';

/**
 * The conformance page, generated from the tables of the server and the titles of its tests.
 *
 * @param root of the repository
 */
export function conformancePage(root: string): string {
  const citations = readCitations(root);
  const parts = [
    '# Conformance',
    '',
    'For developers who need to know which specifications Grantor implements. `npm run docs:conformance` generates this',
    'page from the tables of the server and the titles of its tests. Do not edit it.',
    '',
    '## Supported',
    '',
    ...supported(),
    '## Not supported',
    '',
    table(
      ['specification', 'when', 'why'],
      absent.map(({ what, when, why }) => [what, when, why]),
    ),
    '',
    '## Specifications by section',
    '',
    overview(citations),
    '',
    ...specifications.flatMap((specification) => chapter(specification, citations)),
  ];
  return `${parts.join('\n').trimEnd()}\n`;
}

function supported(): string[] {
  const rows: [string, readonly string[]][] = [
    [
      'response types',
      Object.entries(responseTypes).map(([name, { legacy }]) => `\`${name}\`${legacy ? ' (legacy)' : ''}`),
    ],
    ['response modes', code(responseModes)],
    ['grant types', code(grantTypes)],
    ['client authentication', code(clientAuthenticationMethods)],
    ['PKCE', code(codeChallengeMethods)],
    ["the server's signatures", code(signingAlgorithms)],
    ['signatures of clients, by key', code(clientSignatureAlgorithms)],
    ['signatures of clients, by secret', code(clientSecretAlgorithms)],
    ['encryption: keys', code(keyEncryptionAlgorithms)],
    ['encryption: content', code(contentEncryptionAlgorithms)],
    ['access tokens', code(accessTokenFormats)],
    ['subjects', code(subjectTypes)],
    ['`prompt`', code(prompts)],
    ['`display`', code(displays)],
    ['request parameters', code(Object.keys(parameterTable))],
  ];
  return [
    table(
      ['', 'supported'],
      rows.map(([what, values]) => [what, values.join(', ')]),
    ),
    '',
    'Legacy response types have tokens in the authorization response. A client must register each one by name.',
    '',
    '### Error codes',
    '',
    table(
      ['code', 'status'],
      Object.entries(errorCodes).map(([name, { status }]) => [`\`${name}\``, String(status)]),
    ),
    '',
  ];
}

function overview(citations: readonly Citation[]): string {
  return table(
    ['specification', 'sections', 'tests'],
    specifications.flatMap((specification) => {
      const own = citations.filter((citation) => citation.specification === specification.id);
      if (own.length === 0 && (specification.refused ?? []).length === 0) return [];
      const sections = new Set(own.map(({ section }) => section).filter((section) => section !== ''));
      const tests = new Set(own.map(({ path, title }) => `${path} ${title}`));
      return [
        [
          `[${specification.id}](#${anchor(headingOf(specification))})`,
          String(sections.size),
          String(tests.size),
        ],
      ];
    }),
  );
}

function chapter(specification: Specification, citations: readonly Citation[]): string[] {
  const own = citations.filter((citation) => citation.specification === specification.id);
  const refused = specification.refused ?? [];
  if (own.length === 0 && refused.length === 0) return [];
  const sections = [...new Set([...own, ...refused].map(({ section }) => section))].toSorted(bySection);
  return [
    `### ${headingOf(specification)}`,
    '',
    `<${specification.url}>`,
    '',
    table(
      ['section', '', 'tests'],
      sections.map((section) => {
        const no = refused.find((entry) => entry.section === section);
        const tests = showing(own.filter((citation) => citation.section === section));
        if (no === undefined) return [nameOf(section), 'supported', tests];
        const status = no.whole === true ? 'refused' : 'partly';
        return [
          nameOf(section),
          status,
          [`refused: ${no.what}`, tests].filter((text) => text !== '').join('<br>'),
        ];
      }),
    ),
    '',
  ];
}

/** The tests of one section, file by file. */
function showing(citations: readonly Citation[]): string {
  const files = Map.groupBy(citations, ({ path }) => path);
  return [...files]
    .map(([path, all]) => {
      const titles = [...new Set(all.map(({ title }) => cell(title)))];
      return `[${path.replace(/^.*\//, '')}](../${path}): ${titles.join('; ')}`;
    })
    .join('<br>');
}

function headingOf({ id, title }: Specification): string {
  return title.startsWith(id) ? title : `${id}: ${title}`;
}

/** The anchor that code hosts generate for a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function nameOf(section: string): string {
  if (section === '') return 'all';
  return section.startsWith('Appendix') ? section : `§${section}`;
}

/** Appendices after sections, and §10 after §9. */
function bySection(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function code(values: readonly string[]): string[] {
  return values.map((value) => `\`${value}\``);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
