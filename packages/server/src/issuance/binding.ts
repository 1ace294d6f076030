import { equalInConstantTime } from '../crypto/hash.js';
import type { Binding, ClientRecord } from '../storage/ports/index.js';

/** The `cnf` claim of a token (RFC 7800 §3.1); undefined for a bearer token. */
export function confirmationOf(binding: Binding): Exclude<Binding, 'none'> | undefined {
  return binding === 'none' ? undefined : binding;
}

/**
 * The binding that a `cnf` claim names.
 *
 * @returns undefined for a claim of another method, so that its token is refused
 */
export function bindingIn(claim: unknown): Binding | undefined {
  if (claim === undefined) return 'none';
  if (typeof claim !== 'object' || claim === null) return undefined;
  if ('jkt' in claim && typeof claim.jkt === 'string') return { jkt: claim.jkt };
  if (!('x5t#S256' in claim)) return undefined;
  const { 'x5t#S256': thumbprint } = claim;
  return typeof thumbprint === 'string' ? { 'x5t#S256': thumbprint } : undefined;
}

/** The `token_type` of an access token: `DPoP` (RFC 9449 §5), or `Bearer`, with a certificate too (RFC 8705 §3). */
export function tokenTypeOf(binding: Binding): 'Bearer' | 'DPoP' {
  return binding !== 'none' && 'jkt' in binding ? 'DPoP' : 'Bearer';
}

/**
 * The binding of a client's refresh token: that of its access token for a public client (RFC 9449 §5, RFC 8705 §7.1). A
 * confidential client authenticates when it refreshes, and may then use another key.
 */
export function refreshTokenBindingOf({ authenticationMethod }: ClientRecord, binding: Binding): Binding {
  return authenticationMethod === 'none' ? binding : 'none';
}

/**
 * Whether a request may use a token of this binding.
 *
 * @param required the binding of the token. Any request may use one of the binding `none`
 * @param proven what the sender of the request has proven to have
 */
export function satisfies(required: Binding, proven: Binding): boolean {
  return required === 'none' || equalInConstantTime(textOf(required), textOf(proven));
}

function textOf(binding: Binding): string {
  return JSON.stringify(confirmationOf(binding) ?? null);
}
