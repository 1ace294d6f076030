import { describe, expect, it } from 'vitest';
import {
  decodeFormComponent,
  parameterTable,
  parseForm,
  parseJson,
  readForm,
  withoutSecrets,
} from './index.js';

const refusal = (names: string) =>
  expect.objectContaining({ code: 'invalid_request', description: expect.stringContaining(names) });

describe('a form of parameters (RFC 6749 Appendix B)', () => {
  it.each([
    ['code=a&state=b', { code: 'a', state: 'b' }],
    ['scope=a+b%20c', { scope: 'a b c' }],
    ['scope=a%2Bb', { scope: 'a+b' }],
    ['state=a=b=', { state: 'a=b=' }],
    ['state=%E2%98%83', { state: '☃' }],
    ['state=☃', { state: '☃' }],
    ['%63ode=a', { code: 'a' }],
    ['', {}],
    ['&&', {}],
    ['=', {}],
    ['code', {}],
    ['code=', {}],
    ['code=&state=a', { state: 'a' }],
    ['unknown=%FF&unknown=%00&code=a', { code: 'a' }],
    ['__proto__=a&constructor=b&toString=c&code=a', { code: 'a' }],
    ['CODE=a', {}],
    ['?code=a', {}],
  ])('%j holds %j', (text, parameters) => {
    expect(parseForm(text)).toEqual(parameters);
    expect(readForm(text)).toEqual({ parameters, problems: new Map() });
  });

  it.each([
    ['repeated', 'code=a&code=a'],
    ['repeated, once empty', 'code=&code=a'],
    ['repeated, once without a value', 'code&code=a'],
    ['repeated, its name encoded', 'code=a&c%6fde=a'],
    ['no UTF-8', 'code=%FF'],
    ['an unfinished sequence', 'code=%E2%98'],
    ['half a character', 'code=%ED%A0%80'],
    ['half a character in clear', 'code=\ud800'],
    ['a lone percent sign', 'code=a%'],
    ['no hexadecimal', 'code=%0g'],
    ['NUL', 'code=%00'],
    ['a control character', 'code=%1b'],
    ['DEL', 'code=%7f'],
    ['a C1 control character', 'code=%c2%9f'],
    ['too long', `code=${'a'.repeat(parameterTable.code.maxLength + 1)}`],
  ])('is refused by the name of a parameter that is %s', (_what, text) => {
    expect(() => parseForm(text)).toThrow(refusal("'code'"));
  });

  it('may have a parameter of the most characters', () => {
    const code = 'a'.repeat(parameterTable.code.maxLength);
    expect(parseForm(`code=${code}`)).toEqual({ code });
  });

  it('is refused if a name cannot be decoded', () => {
    expect(() => readForm('%FF=a')).toThrow(refusal('A parameter name'));
  });

  it('returns the valid parameters, and what is wrong with the others', () => {
    const { parameters, problems } = readForm('client_id=a&state=b&state=b&state=c&nonce=%FF&scope=openid');
    expect(parameters).toEqual({ client_id: 'a', scope: 'openid' });
    expect([...problems.keys()]).toEqual(['state', 'nonce']);
  });

  it('returns no value of a parameter that is valid once and invalid once, in either order', () => {
    for (const text of ['state=a&state=%FF', 'state=%FF&state=a']) {
      const { parameters, problems } = readForm(text);
      expect(parameters).toEqual({});
      expect([...problems.keys()]).toEqual(['state']);
    }
  });
});

describe('the JSON form of the same', () => {
  it.each([
    ['{"code":"a","state":"b"}', { code: 'a', state: 'b' }],
    [' {\n"code" : "a" } ', { code: 'a' }],
    ['{"state":"\\u2603 \\"quoted\\" \\\\ {}[]:,"}', { state: '☃ "quoted" \\ {}[]:,' }],
    ['{"state":"\\ud834\\udd1e"}', { state: '𝄞' }],
    ['{"code":null,"state":"a"}', { state: 'a' }],
    ['{"code":"","state":"a"}', { state: 'a' }],
    ['{}', {}],
    ['{"unknown":[1,{"code":"b"}],"unknown":2,"code":"a"}', { code: 'a' }],
    ['{"__proto__":{"code":"b"},"constructor":"c","code":"a"}', { code: 'a' }],
    ['{"state":"\\"code\\":","code":"a"}', { state: '"code":', code: 'a' }],
  ])('%s holds %j', (text, parameters) => {
    expect(parseJson(text)).toEqual(parameters);
  });

  it.each([
    ['an array', '["a"]'],
    ['an object', '{}'],
    ['a number', '0'],
    ['a boolean', 'false'],
    ['half a character', '"\\udc00"'],
    ['NUL', '"\\u0000"'],
    ['a line feed', '"a\\nb"'],
    ['too long', `"${'a'.repeat(parameterTable.code.maxLength + 1)}"`],
    ['repeated', '"a","code":"a"'],
    ['repeated with another value', '"a","code":1'],
    ['repeated, first null', 'null,"code":"a"'],
    ['repeated, last null', '"a","code":null'],
    ['repeated, its name escaped', '"a","\\u0063ode":"a"'],
    ['repeated after something nested', '"a","x":{"y":[{}]},"code":"b"'],
  ])('is refused by the name of a parameter that is %s', (_what, value) => {
    expect(() => parseJson(`{"code":${value}}`)).toThrow(refusal("'code'"));
  });

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['a string', '"code"'],
    ['a number', '1'],
    ['nothing', ''],
    ['unfinished', '{"code":'],
    ['with a comma too many', '{"code":"a",}'],
    ['single-quoted', "{'code':'a'}"],
    ['followed by more', '{}x'],
  ])('is refused if it is %s', (_what, text) => {
    expect(() => parseJson(text)).toThrow(refusal('JSON'));
  });

  it('may have a deeply nested value in a parameter that is ignored', () => {
    const depth = 30_000;
    expect(parseJson(`{"unknown":${'['.repeat(depth)}${']'.repeat(depth)},"code":"a"}`)).toEqual({
      code: 'a',
    });
  });

  it('does not change a prototype', () => {
    parseJson('{"__proto__":{"polluted":"yes"},"code":"a"}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

it('an error does not repeat what was sent', () => {
  for (const attempt of [
    () => parseForm('client_secret=hunter2&client_secret=hunter2'),
    () => parseForm('client_secret=hunter2%FF'),
    () => parseJson('{"client_secret":["hunter2"]}'),
    () => parseJson('{"client_secret":"hunter2"'),
  ]) {
    let thrown: unknown;
    try {
      attempt();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(String(thrown)).not.toContain('hunter2');
  }
});

it('a component is decoded as in a form: plus is a space', () => {
  expect(decodeFormComponent('a+b%2B', 'It')).toBe('a b+');
  expect(() => decodeFormComponent('%', 'It')).toThrow(refusal('It'));
});

it('withoutSecrets removes the secret parameters and keeps the others', () => {
  const secrets = ['client_secret', 'code', 'code_verifier', 'refresh_token', 'access_token', 'token'];
  const all = Object.fromEntries(Object.keys(parameterTable).map((name) => [name, 'x']));
  const kept = Object.keys(withoutSecrets(all));
  expect(Object.keys(all).filter((name) => !kept.includes(name))).toEqual(
    expect.arrayContaining([...secrets, 'client_assertion']),
  );
  expect(kept).toEqual(expect.arrayContaining(['client_id', 'state', 'scope', 'resource', 'code_challenge']));
});
