/** Request headers by name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** A bearer credential: an access token or an API key (RFC 6750 §2.1). */
export const bearer = (token: string): RequestHeaders => ({ authorization: `Bearer ${token}` });

/** The credentials of a client or resource server by HTTP Basic (RFC 6749 §2.3.1). */
export const basic = (id: string, secret: string): RequestHeaders => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

/**
 * Calls the management API with these headers only.
 *
 * @param path below `/api/2.0`
 * @param body sent as JSON; a string is sent as it is
 */
export function callApi(
  { issuer }: { readonly issuer: string },
  headers: RequestHeaders,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(`${issuer}/api/2.0${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** Calls the management API below `/api/2.0`; a body is sent as JSON. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: RequestHeaders,
) => Promise<Response>;

/** Calls the management API with this key. */
export function callWith({ issuer }: { readonly issuer: string }, key: string): Call {
  return (method, path, body, headers = {}) =>
    callApi({ issuer }, { ...bearer(key), ...headers }, method, path, body);
}

/**
 * The JSON of a response; undefined if it has no body.
 *
 * @param status that the response must have
 * @throws Error with the whole response if it has another status
 */
export async function bodyOf<T = Record<string, unknown>>(
  responding: Response | Promise<Response>,
  status = 200,
): Promise<T> {
  const response = await responding;
  const text = await response.text();
  if (response.status !== status) throw new Error(`status ${response.status} instead of ${status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The names of the fields that the management API refuses (status 400 or 403). */
export async function refusedFields(responding: Response | Promise<Response>): Promise<readonly string[]> {
  return (await fieldErrors(responding)).map(({ field }) => field);
}

/** The fields that the management API refuses (status 400 or 403), each with the code of its problem. */
export async function refusedFieldCodes(
  responding: Response | Promise<Response>,
): Promise<Record<string, string | undefined>> {
  const errors = await fieldErrors(responding);
  return Object.fromEntries(errors.map(({ field, code }) => [field, code]));
}

/** The x-signature that a credential gets (`GET /api/2.0/security/oauth2/token`). */
export async function xSignatureFor(
  server: { readonly issuer: string },
  headers: RequestHeaders,
): Promise<string> {
  const { response } = await bodyOf<{ response: string }>(
    callApi(server, headers, 'GET', '/security/oauth2/token'),
  );
  return response;
}

async function fieldErrors(
  responding: Response | Promise<Response>,
): Promise<readonly { readonly field: string; readonly code?: string }[]> {
  const { status, errors = [] } = (await (await responding).json()) as {
    status: number;
    errors?: { field: string; code?: string }[];
  };
  if (status !== 400 && status !== 403) throw new Error(`status ${status} instead of 400 or 403`);
  return errors;
}
