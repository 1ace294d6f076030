/** `Headers` of the fetch API, or an object as Node.js has it. */
export type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/** The part of a request that the guard reads. A fetch `Request` and a Node.js `IncomingMessage` fit. */
export interface RequestLike {
  readonly headers: HeadersLike;
  /** Absolute, or path and query. */
  readonly url?: string | undefined;
  /** All headers. Node.js keeps only the first of several `Authorization` headers in `headers`. */
  readonly rawHeaders?: readonly string[] | undefined;
}

/**
 * All values of one header.
 *
 * @param name in lower case
 */
export function headerValues(request: RequestLike, name: string): readonly string[] {
  const { headers, rawHeaders } = request;
  const values = isFetchHeaders(headers) ? fetchValues(headers, name) : recordValues(headers, name);
  const raw = (rawHeaders ?? []).filter(
    (_, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === name,
  );
  return raw.length > values.length ? raw : values;
}

function isFetchHeaders(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function';
}

function fetchValues(headers: { get(name: string): string | null }, name: string): readonly string[] {
  const value = headers.get(name);
  return value === null ? [] : [value];
}

function recordValues(
  headers: { readonly [name: string]: string | readonly string[] | undefined },
  name: string,
): readonly string[] {
  return Object.entries(headers).flatMap(([key, value]) =>
    key.toLowerCase() === name && value !== undefined ? value : [],
  );
}
