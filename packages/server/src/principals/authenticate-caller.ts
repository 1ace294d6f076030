import type { Principal } from './principal.js';

/** What of a request says who sent it. */
export interface CallerRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly sessionCookie: string | undefined;
}

/** Why nobody is known, in words for whoever sent the request. */
export interface UnknownCaller {
  readonly status: 401 | 403;
  readonly detail: string;
  /** The `WWW-Authenticate` challenge of a 401 (RFC 6750 §3). */
  readonly challenge?: string;
}

export type AuthenticatedCaller = { readonly principal: Principal } | { readonly refused: UnknownCaller };

/** Finds out who sends a request to the management API. */
export type AuthenticateCaller = (request: CallerRequest) => Promise<AuthenticatedCaller>;

const CHALLENGE = 'Bearer realm="Grantor API"';

export interface CallerDependencies {
  /** Whose API key this is. */
  readonly ofKey: (key: string) => Promise<Principal | undefined>;
}

export function createCallerAuthentication({ ofKey }: CallerDependencies): AuthenticateCaller {
  return async ({ headers }) => {
    const bearer = /^bearer +(.+)$/i.exec(headers.get('authorization') ?? '')?.[1]?.trim();
    if (bearer === undefined) {
      const detail = 'Send an API key in the header "Authorization: Bearer ..."';
      return { refused: { status: 401, detail, challenge: CHALLENGE } };
    }
    const principal = await ofKey(bearer);
    if (principal !== undefined) return { principal };
    const detail = 'The API key is unknown, expired or revoked';
    return { refused: { status: 401, detail, challenge: `${CHALLENGE}, error="invalid_token"` } };
  };
}
