import { sha256 } from '../crypto/hash.js';
import { ClientMetadataError } from '../protocol/index.js';
import type { ClientChanges, ClientMetadata, ClientRecord } from '../storage/ports/index.js';

/** The addresses of uploaded logos. Pages and apps use them like the address of any other logo. */
export interface LogoAddresses {
  /** Changes with the logo, so that no cache shows the old one. */
  of(clientId: string, logo: string): string;
  /** Whether an address is that of this client's logo, old or new. */
  isOwn(clientId: string, address: string | undefined): boolean;
}

/** @param base URL of the logo endpoint */
export function createLogoAddresses(base: string): LogoAddresses {
  return {
    of: (clientId, logo) => `${base}/${clientId}?v=${sha256(logo).slice(0, 16)}`,
    isOwn: (clientId, address) => address?.startsWith(`${base}/${clientId}?v=`) === true,
  };
}

interface LogoInput {
  readonly logo?: string | null | undefined;
  readonly logo_uri?: string | null | undefined;
}

/**
 * Resolves a client's logo: one image, which was uploaded or has an external address. An uploaded image gets an address
 * on this server; another address, or none, deletes the image. A response has both fields, and may be sent back with
 * either of them changed.
 *
 * @throws ClientMetadataError if two different images are sent
 */
export function resolveLogo<T extends LogoInput>(
  { id, metadata }: { readonly id: string; readonly metadata: ClientMetadata },
  input: T,
  addresses: LogoAddresses,
): { readonly input: T; readonly logo: ClientChanges['logo'] } {
  const { logo, logo_uri: sent } = input;
  const registered = metadata.logo_uri;
  const isNewAddress = sent !== undefined && sent !== null && sent !== registered;
  if (typeof logo === 'string') {
    const address = addresses.of(id, logo);
    if (isNewAddress && sent !== address) {
      const message = 'is a different image than logo. Send one of them';
      throw new ClientMetadataError([{ field: 'logo_uri', message }]);
    }
    return { input: { ...input, logo_uri: address }, logo };
  }
  const isDropped = logo === null || isNewAddress || sent === null;
  if (!isDropped || !addresses.isOwn(id, registered)) return { input, logo: undefined };
  return { input: { ...input, logo_uri: isNewAddress ? sent : null }, logo: null };
}

/** A new client with the address of its logo, if one was uploaded. */
export function withLogoAddress(
  client: ClientRecord,
  input: LogoInput,
  addresses: LogoAddresses,
): { readonly client: ClientRecord; readonly logo: string | undefined } {
  const resolved = resolveLogo(client, input, addresses);
  if (typeof resolved.logo !== 'string') return { client, logo: undefined };
  const { logo_uri: uri } = resolved.input;
  return {
    client: {
      ...client,
      metadata: { ...client.metadata, ...(typeof uri === 'string' ? { logo_uri: uri } : {}) },
    },
    logo: resolved.logo,
  };
}
