import { OAuthError, type Parameters, parseScope, RefusedApp } from '../protocol/index.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientStore } from '../storage/ports/index.js';
import type { AuthorizationRequest, UncheckedRedirectRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';
import { findClient } from './find-client.js';
import { checkRedirect } from './redirect.check.js';
import { requestChecks } from './request-checks.js';

/** What the checks of a request need, where the catalogue is still to be consulted. */
export type RequestCheckDependencies = Omit<CheckContext, 'catalogue'> & { readonly scopes: ScopeCatalogue };

/**
 * Finds the client and the destination of a request: from here on, the client can be told of errors.
 *
 * @throws OAuthError to be shown on a page, where the client or its redirect URI is in doubt
 */
export async function openRequest(
  clients: ClientStore,
  parameters: Parameters,
): Promise<UncheckedRedirectRequest> {
  const client = await findClient(clients, parameters.client_id);
  try {
    return { client, parameters, destination: checkRedirect({ client, parameters }) };
  } catch (error) {
    throw error instanceof OAuthError ? new RefusedApp(error, client.name) : error;
  }
}

/**
 * Runs every check that applies to an opened request.
 *
 * @throws OAuthError to be sent to the client (RFC 6749 §4.1.2.1)
 */
export async function checkRequest(
  opened: UncheckedRedirectRequest,
  { scopes, ...context }: RequestCheckDependencies,
): Promise<{ readonly request: AuthorizationRequest; readonly catalogue: CheckContext['catalogue'] }> {
  const named = [...parseScope(opened.parameters.scope), ...opened.client.scopes];
  const catalogue = await scopes.consult(named);
  const request = await requestChecks.run('authorize', opened, { ...context, catalogue });
  return { request, catalogue };
}
