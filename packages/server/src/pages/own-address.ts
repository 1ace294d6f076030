import { createContext, useContext } from 'hono/jsx';

/**
 * An address for the browser. Endpoints and pages use paths below the issuer; only this function adds the path of the
 * issuer.
 *
 * @param base path of the issuer: empty, or `/auth`
 * @param address a path below the issuer (`/signin`), or an absolute URL, which is returned unchanged
 */
export function ownAddress(base: string, address: string): string {
  return address.startsWith('/') ? base + address : address;
}

/** The path of the issuer, for the components of a page. */
export const BasePath = createContext('');

/** {@link ownAddress} for a component of a page. Only components that are rendered as elements may call it. */
export function useOwnAddress(address: string): string {
  return ownAddress(useContext(BasePath), address);
}
