import { isJsonObject, type JsonObject, parseJson as parseJsonText } from '@grantor/protocol';
import { OAuthError } from './errors.js';

/**
 * Every request parameter that Grantor reads, with the most characters it may have.
 * A parameter that is not in this table is ignored (RFC 6749 §3.1) and not kept. A `secret` one gives access to its
 * holder and must not be passed on.
 */
export const parameterTable = {
  response_type: { maxLength: 64 },
  response_mode: { maxLength: 32 },
  client_id: { maxLength: 2048 },
  client_secret: { maxLength: 1024, secret: true },
  redirect_uri: { maxLength: 2048 },
  scope: { maxLength: 2048 },
  state: { maxLength: 4096 },
  nonce: { maxLength: 1024 },
  code_challenge: { maxLength: 256 },
  code_challenge_method: { maxLength: 32 },
  prompt: { maxLength: 128 },
  max_age: { maxLength: 16 },
  login_hint: { maxLength: 512 },
  /** A domain of email addresses, or the ID of a provider that its users sign in at. */
  domain_hint: { maxLength: 255 },
  request: { maxLength: 16_384 },
  request_uri: { maxLength: 2048 },
  registration: { maxLength: 16_384 },
  grant_type: { maxLength: 128 },
  code: { maxLength: 4096, secret: true },
  code_verifier: { maxLength: 256, secret: true },
  refresh_token: { maxLength: 4096, secret: true },
  access_token: { maxLength: 16_384, secret: true },
  token: { maxLength: 16_384, secret: true },
  token_type_hint: { maxLength: 64 },
  client_assertion: { maxLength: 16_384, secret: true },
  client_assertion_type: { maxLength: 128 },
  claims: { maxLength: 8192 },
  acr_values: { maxLength: 512 },
  ui_locales: { maxLength: 256 },
  claims_locales: { maxLength: 256 },
  display: { maxLength: 16 },
  id_token_hint: { maxLength: 8192 },
  logout_hint: { maxLength: 512 },
  post_logout_redirect_uri: { maxLength: 2048 },
  /** May be sent several times (RFC 8707 §2); kept space-separated, since no URI has a space in it. */
  resource: { maxLength: 2048, repeatable: true },
} as const satisfies Record<string, { maxLength: number; repeatable?: true; secret?: true }>;

export type ParameterName = keyof typeof parameterTable;

/** The parameters of one request: each at most once (but see `resource`), none empty. */
export type Parameters = Readonly<Partial<Record<ParameterName, string>>>;

/** The parameters without the secret ones. */
export function withoutSecrets(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name]) => isParameterName(name) && !('secret' in parameterTable[name]),
    ),
  );
}

/** The parameters of a form that could be read, and what is wrong with the others, by name. */
export interface ReadForm {
  readonly parameters: Parameters;
  /** Parameters that are repeated, too long or not text, none of which is in `parameters`. */
  readonly problems: ReadonlyMap<ParameterName, OAuthError>;
}

/**
 * Decodes `application/x-www-form-urlencoded` text: a query string without its `?`, or a body.
 *
 * For the authorization endpoint, which must find the client before it can report a problem to it.
 *
 * @param text the encoded text
 * @returns the known parameters; those without a value count as not sent (RFC 6749 §3.1)
 * @throws OAuthError `invalid_request` if the name of a parameter cannot be decoded
 */
export function readForm(text: string): ReadForm {
  const found: Partial<Record<ParameterName, string>> = {};
  const problems = new Map<ParameterName, OAuthError>();
  for (const pair of text === '' ? [] : text.split('&')) {
    const equals = pair.indexOf('=');
    const name = decodeFormComponent(equals === -1 ? pair : pair.slice(0, equals), 'A parameter name');
    if (!isParameterName(name)) continue;
    try {
      add(found, name, equals === -1 ? '' : decodeFormComponent(pair.slice(equals + 1), `'${name}'`));
    } catch (problem) {
      if (!(problem instanceof OAuthError)) throw problem;
      problems.set(name, problem);
    }
  }
  for (const name of problems.keys()) delete found[name];
  return { parameters: withoutEmpty(found), problems };
}

/**
 * Decodes a form in which every parameter must be valid.
 *
 * @throws OAuthError `invalid_request` naming the parameter that is repeated, too long, or not text
 */
export function parseForm(text: string): Parameters {
  const { parameters, problems } = readForm(text);
  for (const problem of problems.values()) throw problem;
  return parameters;
}

/**
 * Reads the JSON form of the same parameters: one flat object of strings.
 *
 * @param text a JSON document
 * @throws OAuthError `invalid_request` if it is not such an object, or has a parameter twice
 */
export function parseJson(text: string): Parameters {
  const found: Partial<Record<ParameterName, string>> = {};
  const document = jsonObject(text);
  const repeated = repeatedKeys(text);
  for (const [name, value] of Object.entries(document)) {
    if (!isParameterName(name)) continue;
    if (repeated.has(name)) throw invalid(`'${name}' is sent more than once; send it once`);
    if (value === null) continue;
    for (const one of isRepeatable(name) && Array.isArray(value) ? value : [value]) {
      if (typeof one !== 'string') throw invalid(`'${name}' must be a string`);
      add(found, name, one);
    }
  }
  return withoutEmpty(found);
}

/**
 * Decodes one component of `application/x-www-form-urlencoded`: `+` is a space, `%xx` are UTF-8 bytes.
 *
 * @param what names the component in the error
 * @throws OAuthError `invalid_request` if it is not valid percent-encoded UTF-8
 */
export function decodeFormComponent(encoded: string, what: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    throw invalid(`${what} is not valid percent-encoded UTF-8`);
  }
}

function add(found: Partial<Record<ParameterName, string>>, name: ParameterName, value: string): void {
  const { maxLength } = parameterTable[name];
  const before = found[name];
  // RFC 6749 §3.1, §3.2: parameters must not be included more than once.
  if (before !== undefined && !isRepeatable(name)) {
    throw invalid(`'${name}' is sent more than once; send it once`);
  }
  if (value.length > maxLength) throw invalid(`'${name}' is longer than ${maxLength} characters`);
  if (!isText(value)) throw invalid(`'${name}' contains characters that are not allowed`);
  found[name] = before === undefined ? value : `${before} ${value}`;
}

/** RFC 6749 §3.1: a parameter without a value counts as not sent. Done last, so that a repeated one is detected. */
function withoutEmpty(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
}

function isRepeatable(name: ParameterName): boolean {
  return 'repeatable' in parameterTable[name];
}

function isParameterName(name: string): name is ParameterName {
  return Object.hasOwn(parameterTable, name);
}

/** Text that every database and header can hold: no control characters, no lone surrogates. */
function isText(value: string): boolean {
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function jsonObject(text: string): JsonObject {
  const document = parseJsonText(text);
  if (document === undefined) throw invalid('The body is not valid JSON');
  if (!isJsonObject(document)) throw invalid('The JSON body must be an object of parameters');
  return document;
}

/** `JSON.parse` keeps the last of repeated keys without an error. RFC 6749 §3.1 forbids repeated parameters. */
function repeatedKeys(text: string): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    const [word, colon] = token;
    if (word === '{' || word === '[') depth += 1;
    else if (word === '}' || word === ']') depth -= 1;
    else if (colon !== undefined && depth === 1) {
      const key = String(JSON.parse(word.slice(0, word.lastIndexOf('"') + 1)));
      (seen.has(key) ? repeated : seen).add(key);
    }
  }
  return repeated;
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_request', description);
}
