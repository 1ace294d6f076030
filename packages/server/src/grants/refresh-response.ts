import { sha256 } from '../crypto/hash.js';
import { type Parameters, parseResources, parseScope, resourceKey } from '../protocol/index.js';

/** The response to a refresh, with what its request asked for: a retry asks for the same. */
export interface RefreshResponse {
  /** The result of `askedBy`; undefined for a response that an earlier version sealed. */
  readonly asked: string | undefined;
  /** The body of the response. */
  readonly body: string;
}

/** Identifies what a refresh request asks for, in any order: scopes (RFC 6749 §6) and resources (RFC 8707 §2.2). */
export function askedBy({ scope, resource }: Parameters): string {
  const scopes = new Set(parseScope(scope));
  const resources = new Set(parseResources(resource).map(resourceKey));
  return sha256(JSON.stringify([[...scopes].toSorted(), [...resources].toSorted()]));
}

/** The text that is sealed. */
export function responseText({ asked, body }: RefreshResponse): string {
  return JSON.stringify({ asked, body });
}

/** Reads the text of `responseText`. Earlier versions sealed the body only. */
export function readResponseText(text: string): RefreshResponse {
  const { asked, body } = JSON.parse(text) as Partial<RefreshResponse>;
  return asked === undefined || body === undefined ? { asked: undefined, body: text } : { asked, body };
}
