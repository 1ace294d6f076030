import type { AuthorizationRequest } from './authorization-request.js';

/** A request with the scopes that were granted, which may be fewer than the app requested (RFC 6749 §3.3). */
export type GrantedPart = AuthorizationRequest;

/** @param scopes the granted ones; others of the request are left out, at every resource */
export function grantedPartOf(request: AuthorizationRequest, scopes: readonly string[]): GrantedPart {
  const isGranted = (scope: string) => scopes.includes(scope);
  return {
    ...request,
    scopes: request.scopes.filter(isGranted),
    access: request.access.map((access) => ({ ...access, scopes: access.scopes.filter(isGranted) })),
  };
}
