import { type ParameterName, parameterTable } from '../../../src/protocol/index.js';

/** One way to spoil a parameter. */
export interface Malformation {
  readonly title: string;
  /** What goes out in place of `name=value`. */
  readonly text: string;
}

const raw: readonly (readonly [string, string])[] = [
  ['a byte that UTF-8 never has', '%FF'],
  ['an unfinished UTF-8 sequence', '%C3%28'],
  ['half a character, encoded', '%ED%A0%80'],
  ['an overlong encoding of a slash', '%C0%AF'],
  ['a lone percent sign', '%'],
  ['percent signs without digits', '%zz'],
  ['NUL', 'a%00b'],
  ['a line feed', 'a%0Ab'],
  ['a carriage return and a header', 'a%0D%0AX-Injected:%20yes'],
  ['DEL', 'a%7Fb'],
  ['a C1 control character', 'a%C2%85b'],
];

/** Whether a request may have it several times (RFC 8707 §2), or as an array in JSON. */
function isRepeatable(name: ParameterName): boolean {
  return 'repeatable' in parameterTable[name];
}

/** Every way in which a form's parameter can be unreadable; each must be refused by the parameter's name. */
export function malformedForms(name: ParameterName): readonly Malformation[] {
  const { maxLength } = parameterTable[name];
  const repeated = [
    { title: 'repeated', text: `${name}=a&${name}=a` },
    { title: 'repeated, once empty', text: `${name}=&${name}=a` },
    { title: 'repeated, its name encoded', text: `${name}=a&${name.replace('_', '%5f')}=b` },
  ];
  return [
    ...raw.map(([title, value]) => ({ title, text: `${name}=${value}` })),
    ...(isRepeatable(name) ? [] : repeated),
    { title: 'overlong', text: `${name}=${'a'.repeat(maxLength + 1)}` },
  ];
}

/** Every way in which a JSON member can be unreadable. */
export function malformedJson(name: ParameterName): readonly Malformation[] {
  const { maxLength } = parameterTable[name];
  const arrays: readonly (readonly [string, string])[] = isRepeatable(name)
    ? [
        ['an array of numbers', '[1]'],
        ['an array in an array', '[["a"]]'],
        ['an array with a hole', '["a",null]'],
      ]
    : [
        ['an array', '["a"]'],
        ['an empty array', '[]'],
      ];
  const values: readonly (readonly [string, string])[] = [
    ...arrays,
    ['an object', '{"a":"b"}'],
    ['an object that poses as a string', '{"length":1,"toString":"a"}'],
    ['a number', '1'],
    ['a huge number', '1e999'],
    ['a boolean', 'true'],
    ['deep nesting', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['NUL', '"a\\u0000b"'],
    ['a control character', '"a\\u001bb"'],
    ['a lone high surrogate', '"a\\ud800b"'],
    ['a lone low surrogate', '"\\udfff"'],
    ['overlong', `"${'a'.repeat(maxLength + 1)}"`],
  ];
  return [
    ...values.map(([title, value]) => ({ title, text: `"${name}":${value}` })),
    { title: 'repeated', text: `"${name}":"a","${name}":"a"` },
    { title: 'repeated, once null', text: `"${name}":"a","${name}":null` },
    {
      title: 'repeated, its name escaped',
      text: `"${name}":"a","\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":"b"`,
    },
  ];
}
