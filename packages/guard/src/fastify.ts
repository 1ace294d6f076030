import type { AccessToken } from './access-token.js';
import type { Guard } from './create-guard.js';
import type { CheckOptions } from './options.js';
import { refusalMessage } from './refusal-response.js';
import type { RequestLike } from './request-like.js';
import { requiredScopes } from './scopes.js';

/** As much of Fastify's request as is used here. */
export interface FastifyRequest {
  readonly raw: RequestLike;
  auth?: AccessToken | undefined;
}

/** As much of Fastify's reply as is used here. */
export interface FastifyReply {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

/**
 * A Fastify `onRequest` hook: lets calls with a good access token through, and sets `request.auth`.
 *
 * @throws TypeError when the options name no usable scope
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
    // Tells Fastify that the answer is given, so that the route's handler is not called.
    return reply;
  };
}
