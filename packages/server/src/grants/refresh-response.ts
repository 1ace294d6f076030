import { sha256 } from '../crypto/hash.js';
import { type Parameters, parseResources, parseScope, resourceKey } from '../protocol/index.js';

/** The answer to a refresh, with what its request asked for: a retry asks for the same. */
export interface RefreshAnswer {
  /** Of `askedBy`; undefined for one that an earlier version sealed. */
  readonly asked: string | undefined;
  /** The body of the response. */
  readonly body: string;
}

/** What a refresh request asks for beside its token, whatever the order: scopes (RFC 6749 §6) and resources (RFC 8707 §2.2). */
export function askedBy({ scope, resource }: Parameters): string {
  const scopes = new Set(parseScope(scope));
  const resources = new Set(parseResources(resource).map(resourceKey));
  return sha256(JSON.stringify([[...scopes].toSorted(), [...resources].toSorted()]));
}

/** The text that is sealed. */
export function answerText({ asked, body }: RefreshAnswer): string {
  return JSON.stringify({ asked, body });
}

/** Reads what `answerText` wrote. Earlier versions sealed the body alone, whose retries end within the window. */
export function readAnswerText(text: string): RefreshAnswer {
  const { asked, body } = JSON.parse(text) as Partial<RefreshAnswer>;
  return asked === undefined || body === undefined ? { asked: undefined, body: text } : { asked, body };
}
