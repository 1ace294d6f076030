import { parseAst } from 'vitest/node';

/** One small change to a source file that a test should notice. */
export interface Mutation {
  /** Path of the file, from the repository's root. */
  readonly file: string;
  /** Offsets of the replaced text in the file, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The line of source that the change is in, trimmed. */
  readonly context: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

type Replacement = readonly [node: Pick<Node, 'start' | 'end'>, after: string];

/** The replacement of each operator: a likely typing error. */
const OPERATORS: Readonly<Record<string, string>> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
};

/** Operators of SQL conditions, which stand in strings. */
const SQL_OPERATORS: Readonly<Record<string, string>> = {
  '=': '!=',
  '!=': '=',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  is: 'is not',
  'is not': 'is',
};

/**
 * Lists every change that this tool knows how to make to a file: conditions that always or never hold, operators
 * that become their neighbours, negations and checks that go missing, and booleans that flip.
 *
 * @param file path of the file, from the repository's root
 * @param source its TypeScript text
 * @returns the changes, in the order of the text
 * @throws SyntaxError where the text cannot be parsed
 */
export function mutationsOf(file: string, source: string): readonly Mutation[] {
  const replacements: Replacement[] = [];
  visit(parseAst(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node, (node) =>
    replacements.push(...replacementsOf(node, source)),
  );
  return replacements
    .map(([{ start, end }, after]) => mutationAt(file, source, start, end, after))
    .toSorted((one, other) => one.start - other.start || one.end - other.end);
}

/** @returns the source with one change made */
export function applyMutation(source: string, { start, end, after }: Mutation): string {
  return source.slice(0, start) + after + source.slice(end);
}

function replacementsOf(node: Node, source: string): readonly Replacement[] {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [
        [node.test as Node, 'true'],
        [node.test as Node, 'false'],
      ];
    case 'BinaryExpression':
    case 'LogicalExpression':
      return operatorOf(node, source);
    case 'UnaryExpression':
      return node.operator === '!' ? [[node, textOf(node.argument as Node, source)]] : [];
    case 'ExpressionStatement':
      return isCheck(node.expression as Node) ? [[node, ';']] : [];
    case 'Literal':
      return literalOf(node);
    default:
      return [];
  }
}

function operatorOf(node: Node, source: string): readonly Replacement[] {
  const operator = String(node.operator);
  const after = OPERATORS[operator];
  if (after === undefined) return [];
  const from = (node.left as Node).end;
  const start = source.indexOf(operator, from);
  if (start === -1 || start >= (node.right as Node).start) return [];
  return [[{ start, end: start + operator.length }, after]];
}

function literalOf(node: Node): readonly Replacement[] {
  if (typeof node.value === 'boolean') return [[node, String(!node.value)]];
  const after = typeof node.value === 'string' ? SQL_OPERATORS[node.value] : undefined;
  return after === undefined ? [] : [[node, `'${after}'`]];
}

/** A call without a used result has an effect or throws. */
function isCheck(expression: Node): boolean {
  if (expression.type === 'AwaitExpression') return isCheck(expression.argument as Node);
  return expression.type === 'CallExpression';
}

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}

function mutationAt(file: string, source: string, start: number, end: number, after: string): Mutation {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.indexOf('\n', start);
  return {
    file,
    start,
    end,
    line: source.slice(0, start).split('\n').length,
    before: source.slice(start, end),
    after,
    context: source.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).trim(),
  };
}

/** Types change nothing at run time, and so are left out. */
function visit(node: Node, seen: (node: Node) => void): void {
  if (node.type.startsWith('TS') && !('expression' in node)) return;
  seen(node);
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) if (isNode(child)) visit(child, seen);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
