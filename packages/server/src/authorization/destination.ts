import { isClaimedHttpsUri, type ResponseMode } from '../protocol/index.js';

/** The kinds of destination. Another one is another member: the compiler then names each place that depends on it. */
interface Destinations {
  readonly redirect: Redirect;
}

type Kind = keyof Destinations;

/** Where the response to an authorization request goes. */
export type Destination<Kinds extends Kind = Kind> = {
  readonly [Each in Kinds]: Destinations[Each] & { readonly kind: Each };
}[Kinds];

/** A redirect URI of the client, to which the browser brings the response (RFC 6749 §3.1.2). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly redirectUri: string;
  /** Whether the request named the URI. */
  readonly redirectUriSent: boolean;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** Calls the function for the kind of the destination. */
export function byDestination<Kinds extends Kind, Result>(
  destination: Destination<Kinds>,
  cases: { readonly [Each in Kind]: (destination: Destination<Each>) => Result },
): Result {
  return cases[destination.kind](destination);
}

/** Whether the destination proves which program receives the response: a claimed https URI does (RFC 8252 §7.2, §8.6). */
export function provesRecipient(destination: Destination): boolean {
  return byDestination(destination, { redirect: ({ redirectUri }) => isClaimedHttpsUri(redirectUri) });
}
