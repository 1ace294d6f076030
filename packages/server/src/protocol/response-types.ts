/** What a response type adds to the authorization response. */
export interface ResponseTypeParts {
  readonly code: boolean;
  readonly idToken: boolean;
  readonly accessToken: boolean;
  /** Tokens come through the browser: only for old clients, each registered for the type. */
  readonly legacy: boolean;
}

/**
 * The supported response types. Keys are the words in alphabetical order: their order has no
 * meaning (OAuth 2.0 Multiple Response Types §3, §5).
 */
export const responseTypes = {
  code: { code: true, idToken: false, accessToken: false, legacy: false },
  'code id_token': { code: true, idToken: true, accessToken: false, legacy: false },
  'code token': { code: true, idToken: false, accessToken: true, legacy: true },
  'code id_token token': { code: true, idToken: true, accessToken: true, legacy: true },
  id_token: { code: false, idToken: true, accessToken: false, legacy: true },
  'id_token token': { code: false, idToken: true, accessToken: true, legacy: true },
} as const satisfies Record<string, ResponseTypeParts>;

export type ResponseType = keyof typeof responseTypes;

/** Where the authorization response may go (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode 1.0). */
export const responseModes = ['query', 'fragment', 'form_post'] as const;

export type ResponseMode = (typeof responseModes)[number];

/** The response type of a `response_type` parameter, in any order of its words. */
export function parseResponseType(value: string): ResponseType | undefined {
  const normal = value.split(' ').toSorted().join(' ');
  return Object.hasOwn(responseTypes, normal) ? (normal as ResponseType) : undefined;
}

/** What the response has, or undefined for an unknown type. */
export function partsOf(value: string | undefined): ResponseTypeParts | undefined {
  const type = parseResponseType(value ?? '');
  return type === undefined ? undefined : responseTypes[type];
}

export function isResponseMode(value: string): value is ResponseMode {
  return (responseModes as readonly string[]).includes(value);
}
