import type { Binding } from '../storage/ports/index.js';

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
