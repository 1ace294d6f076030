export type { Fetch } from '@grantor/protocol';
export type { AccessToken } from './access-token.js';
export { createGuard, type Guard, type ProtectedHandler } from './create-guard.js';
export { GuardError, type GuardErrorCode } from './errors.js';
export type { CheckOptions, GuardOptions } from './options.js';
export type { Accepted, Outcome, Refused, Verification } from './outcome.js';
export { refusalResponse } from './refusal-response.js';
export type { HeadersLike, RequestLike } from './request-like.js';
