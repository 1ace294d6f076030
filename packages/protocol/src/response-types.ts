/**
 * The response types that Grantor answers, with what each puts into the authorization response.
 * Keys are the words in alphabetical order: their order carries no meaning
 * (OAuth 2.0 Multiple Response Types §3).
 */
export const responseTypes = {
  code: { code: true, idToken: false },
  'code id_token': { code: true, idToken: true },
} as const satisfies Record<string, { code: boolean; idToken: boolean }>;

export type ResponseType = keyof typeof responseTypes;

/** Where the authorization response may go (OAuth 2.0 Multiple Response Types §2.1). */
export const responseModes = ['query', 'fragment'] as const;

export type ResponseMode = (typeof responseModes)[number];

/** The response type that a `response_type` parameter means, whatever the order of its words. */
export function parseResponseType(value: string): ResponseType | undefined {
  const words = value.split(' ').toSorted();
  const normal = words.join(' ');
  return Object.hasOwn(responseTypes, normal) ? (normal as ResponseType) : undefined;
}

export function isResponseMode(value: string): value is ResponseMode {
  return (responseModes as readonly string[]).includes(value);
}
