import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import { refusalMessage } from './refusal-response.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';

/** The part of Fastify's request that is used here. */
export interface FastifyRequest {
  readonly raw: RequestLike;
  auth?: AccessToken | undefined;
}

/** The part of Fastify's reply that is used here. */
export interface FastifyReply {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/**
 * A Fastify `onRequest` hook: passes calls with a valid access token on, and sets `request.auth`.
 *
 * @throws GuardError `configuration` for a scope that cannot be required
 * @example
 * app.decorateRequest('auth');
 * app.get('/files', { onRequest: requireToken(guard, { scope: 'files:read' }) }, async (request) => ({
 *   owner: request.auth?.subject,
 * }));
 */
export function requireToken(
  guard: Guard,
  { scope }: CheckOptions = {},
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined> {
  requiredScopes(scope);
  return async (request, reply) => {
    const outcome = await guard.check(request.raw, { scope });
    if (outcome.ok) {
      request.auth = outcome.token;
      return undefined;
    }
    const message = refusalMessage(outcome);
    reply.code(message.status);
    for (const [name, value] of Object.entries(message.headers)) reply.header(name, value);
    reply.send(message.body);
    // Tells Fastify that the response is sent, so that it does not call the handler of the route.
    return reply;
  };
}
