import type { ClaimRequest } from '../storage/ports/index.js';

/** The values of a claim that a request accepts (OpenID Connect Core 1.0 §5.5.1); undefined for any value. */
export function acceptedValues(request: ClaimRequest | null | undefined): readonly unknown[] | undefined {
  if (request === null || request === undefined) return undefined;
  if (request.values !== undefined) return request.values;
  return Object.hasOwn(request, 'value') ? [request.value] : undefined;
}
