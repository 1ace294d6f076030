import { type EndpointResponse, json } from '../endpoints/endpoint.js';
import { paths } from '../endpoints/paths.js';

/** What is wrong with a field, for programs. */
export type FieldProblemCode =
  | 'EmptyFieldError'
  | 'ErrorName'
  | 'ErrorWrongURL'
  | 'ErrorPattern'
  | 'ErrorInvalidScope';

/** One field of a request that is not as it must be. */
export interface FieldProblem {
  /** snake_case, with the place in a list where there is one: `redirect_uris.0`. */
  readonly field: string;
  readonly code?: FieldProblemCode;
  readonly message: string;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const LONGEST_INSTANCE = 512;

/** A refusal of the management API (RFC 9457, formerly RFC 7807). */
export class Problem extends Error {
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly FieldProblem[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    options: { errors?: readonly FieldProblem[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  /**
   * @param issuer where the page is that explains problems
   * @param instance the path of the request
   */
  toResponse(issuer: string, instance: string): EndpointResponse {
    const body = {
      type: issuer + paths.apiReference[0],
      title: titles[this.status] ?? 'Error',
      status: this.status,
      detail: this.detail,
      // A path that long is no address of ours, and is not worth saying back.
      ...(instance.length > LONGEST_INSTANCE ? {} : { instance }),
      ...(this.errors.length > 0 ? { errors: this.errors } : {}),
    };
    return json(this.status, body, { ...this.headers, 'content-type': 'application/problem+json' });
  }
}
