import { readFileSync } from 'node:fs';
import { isLoopbackHost } from '@grantor/protocol';
import { unknownVariables } from '../../config/unknown-variables.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';

/** A failed request to the API. It is printed without a stack trace. */
export class ApiFailure extends CommandFailure {
  override readonly name = 'ApiFailure';
}

/** The connection options of commands that call a server. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** A response of the server. */
export interface ApiResponse {
  /** Undefined if there was no body. */
  readonly body: unknown;
  /** Its JSON text; empty without a body. */
  readonly text: string;
  /** The entity tag, for `If-Match`. */
  readonly etag: string | undefined;
}

export type ApiQuery = Readonly<Record<string, string | undefined>>;

/** The management API of one server, with one key. */
export interface ApiClient {
  /**
   * @param path below `/api/2.0`, with encoded parameters
   * @throws ApiFailure if the server refuses the request or cannot be reached
   */
  call(
    method: string,
    path: string,
    request?: { query?: ApiQuery; body?: unknown; ifMatch?: string | undefined },
  ): Promise<ApiResponse>;
}

/** The longest time for a response. */
const TIMEOUT_MILLISECONDS = 60_000;

/**
 * @param environment of the process: the API key, and the server unless an option names it
 * @throws ApiFailure if the key is missing, the address invalid, or a `GRANTOR_*` variable unknown
 */
export function connectApi(
  { url, keyFile }: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ApiClient {
  const unknown = unknownVariables(environment);
  if (unknown.length > 0) throw new ApiFailure(unknown.join('\n'));
  const server = serverAddress(url || environment.GRANTOR_ISSUER || 'http://localhost:8888');
  const key = readKey(keyFile, environment.GRANTOR_API_KEY);
  return {
    async call(method, path, { query = {}, body, ifMatch } = {}) {
      const parameters = Object.entries(query).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      );
      const search = parameters.length === 0 ? '' : `?${new URLSearchParams(parameters).toString()}`;
      const response = await fetch(`${server}/api/2.0${path}${search}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          accept: 'application/json',
          ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would send the key to another server.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
      }).catch((error: unknown) => {
        throw explainNetworkError(error, server);
      });
      return readApiResponse(response, server);
    },
  };
}

function serverAddress(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username + parsed.password !== '') {
    throw new ApiFailure(
      'The address of the server must be an http or https URL. Set --url or GRANTOR_ISSUER.',
    );
  }
  if (parsed.protocol === 'http:' && !isLoopbackHost(parsed.hostname)) {
    throw new ApiFailure(
      'The key would be sent unencrypted. Use https for a server that is not on this machine.',
    );
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '');
}

function readKey(keyFile: string | undefined, fromEnvironment: string | undefined): string {
  const key = keyFile === undefined ? fromEnvironment : readKeyFile(keyFile);
  const trimmed = key?.trim() ?? '';
  if (trimmed === '') {
    throw new ApiFailure('The API key is missing. Set GRANTOR_API_KEY, or name a file with --key-file.');
  }
  // A key must fit into a header. The message does not repeat it.
  if (!/^[\x20-\x7e]+$/.test(trimmed)) throw new ApiFailure('The API key must be one line of ASCII text.');
  return trimmed;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ApiFailure(
      `The key file cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

async function readApiResponse(response: Response, server: string): Promise<ApiResponse> {
  const text = await response.text().catch((error: unknown) => {
    throw explainNetworkError(error, server);
  });
  const body = parse(text);
  if (response.ok && (text === '' || body !== undefined)) {
    return { body, text, etag: response.headers.get('etag') ?? undefined };
  }
  if (!response.ok && isProblem(body)) {
    const exitCode = response.status === 404 ? exitCodes.notFound : exitCodes.refused;
    throw new ApiFailure(describeProblem(response.status, body), { exitCode });
  }
  throw new ApiFailure(
    `The server at ${server} is not a Grantor management API: its response was ${response.status}. Check --url or GRANTOR_ISSUER.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface ProblemDocument {
  readonly title?: unknown;
  readonly detail: string;
  readonly errors?: unknown;
}

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
}

/** A problem document as text: the problem, then each invalid field. */
function describeProblem(status: number, { title, detail, errors }: ProblemDocument): string {
  const fields = (Array.isArray(errors) ? errors : []) as { field?: unknown; message?: unknown }[];
  return [
    `${status}${typeof title === 'string' ? ` ${title}` : ''}: ${detail}`,
    ...fields.map(({ field, message }) => `  ${String(field)} ${String(message)}`),
    ...(status === 401 ? ['  Check GRANTOR_API_KEY or --key-file.'] : []),
  ].join('\n');
}

function explainNetworkError(error: unknown, server: string): ApiFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const [first] = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  const code = first instanceof Error && 'code' in first ? String(first.code) : undefined;
  if (code === 'ECONNREFUSED') {
    return new ApiFailure(
      `${server} does not accept connections. Start the server, or check --url or GRANTOR_ISSUER.`,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new ApiFailure(`The host name in ${server} is unknown. Check --url or GRANTOR_ISSUER.`);
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new ApiFailure(`${server} did not respond within ${TIMEOUT_MILLISECONDS / 1000} seconds.`);
  }
  const reason = first instanceof Error ? first.message : String(first);
  return new ApiFailure(`${server} cannot be reached: ${reason}`, { cause: error });
}
