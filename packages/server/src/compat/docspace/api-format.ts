import type { ApiFormat } from '../../api/api.js';
import type { FieldProblemFormat } from '../../api/problem.js';

/** The codes of invalid fields in DocSpace's API. Except for a missing value, they follow from the field. */
const fieldProblems: FieldProblemFormat = {
  codes: ['EmptyFieldError', 'ErrorName', 'ErrorWrongURL', 'ErrorPattern', 'ErrorInvalidScope'],
  codeOf({ field, code }) {
    if (code === undefined) return undefined;
    if (code === 'required') return 'EmptyFieldError';
    if (code === 'unknown_field') return 'ErrorPattern';
    const [name = ''] = field.split('.');
    if (name === 'name') return 'ErrorName';
    if (name === 'scopes' || name === 'scope') return 'ErrorInvalidScope';
    return /(?:_ur[il]s?|origins)$/.test(name) ? 'ErrorWrongURL' : 'ErrorPattern';
  },
};

/** The parameters that are times. */
const TIME = /^(?:from|to|last_.+_on)$/;

/** A time zone offset in the format of C's `%z`, such as `+0000`. DocSpace's own SDK sends it. */
const OFFSET_WITHOUT_COLON = /([+-]\d\d)(\d\d)$/;

function withColons(query: string): string {
  const parameters = [...new URLSearchParams(query)].map(([name, value]): [string, string] => [
    name,
    TIME.test(name) ? value.replace(OFFSET_WITHOUT_COLON, '$1:$2') : value,
  ]);
  return new URLSearchParams(parameters).toString();
}

/** DocSpace's names of the headers for limits. */
const headerNames = {
  'ratelimit-remaining': 'x-ratelimit-remaining',
  'ratelimit-reset': 'x-ratelimit-reset',
} as const;

const furtherHeaders: ApiFormat['furtherHeaders'] = (headers) =>
  Object.fromEntries(
    Object.entries(headerNames).flatMap(([name, other]) => {
      const value = headers[name];
      return value === undefined ? [] : [[other, value]];
    }),
  );

/** How DocSpace's API reads times, reports invalid fields and names headers. */
export const docspaceApiFormat: ApiFormat = { readableQuery: withColons, fieldProblems, furtherHeaders };
