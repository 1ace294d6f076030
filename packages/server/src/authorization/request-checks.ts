import type { UncheckedRedirectRequest, UncheckedRequest } from './authorization-request.js';
import { createCheckTable } from './check-table.js';
import { checkClaims } from './claims.check.js';
import { checkIdTokenHint } from './id-token-hint.check.js';
import { checkMaxAge } from './max-age.check.js';
import { checkNonce } from './nonce.check.js';
import { checkPkce } from './pkce.check.js';
import { checkPolicy } from './policy.check.js';
import { checkPrompt } from './prompt.check.js';
import { checkRegistration } from './registration.check.js';
import { checkResource } from './resource.check.js';
import { checkResponseType } from './response-type.check.js';
import { checkScope } from './scope.check.js';
import { checkSelfRegistered } from './self-registered.check.js';

/**
 * Which check applies to which kind of request. Checks run in this order.
 *
 * A device and a CIBA request have no redirect, and so no response type, `nonce`, PKCE or `prompt` (RFC 8628 §3.1, CIBA
 * Core 1.0 §7.1). What they may get, and for which user, is checked as for any other request.
 */
export const requestChecks = createCheckTable<{
  authorize: UncheckedRedirectRequest;
  par: UncheckedRedirectRequest;
  device: UncheckedRequest;
  ciba: UncheckedRequest;
}>()
  .check(checkRegistration, 'authorize', 'par')
  .check(checkResponseType, 'authorize', 'par')
  .check(checkResource, 'authorize', 'par', 'device', 'ciba')
  .check(checkScope, 'authorize', 'par', 'device', 'ciba')
  .check(checkNonce, 'authorize', 'par')
  .check(checkPkce, 'authorize', 'par')
  .check(checkPrompt, 'authorize', 'par')
  .check(checkMaxAge, 'authorize', 'par', 'device', 'ciba')
  .check(checkClaims, 'authorize', 'par', 'device', 'ciba')
  .check(checkPolicy, 'authorize', 'par')
  .check(checkSelfRegistered, 'authorize', 'par', 'device', 'ciba')
  .check(checkIdTokenHint, 'authorize', 'par', 'device', 'ciba');
