import { createContext, useContext } from 'hono/jsx';

/**
 * An address as a browser needs it. Endpoints and pages know only paths below the issuer; this is the one
 * place where the issuer's own path is put before them.
 *
 * @param base path of the issuer: empty, or `/auth`
 * @param address a path below the issuer (`/signin`), or a URL of somebody else's, which stays as it is
 */
export function ownAddress(base: string, address: string): string {
  return address.startsWith('/') ? base + address : address;
}

/** The issuer's path, for what a page is made of. */
export const BasePath = createContext('');

/** {@link ownAddress} for a component of a page. Only components that are rendered as elements may ask. */
export function useOwnAddress(address: string): string {
  return ownAddress(useContext(BasePath), address);
}
