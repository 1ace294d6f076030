import type { X509Certificate } from 'node:crypto';
import type { Parameters } from './parameters.js';

/** A request to a protocol endpoint: all that a check, a grant, a client authentication method or a proof of possession needs. */
export interface ProtocolRequest {
  readonly method: string;
  /** The address as clients know it, with the query: its origin is that of the issuer, never the `Host` header. */
  readonly url: string;
  readonly headers: Headers;
  /** The parameters in the body, or in the query of a request that a browser brings; none of them malformed. */
  readonly parameters: Parameters;
  /** The network address of the client. */
  readonly address: string;
  /**
   * The certificate whose key the client proved in the TLS handshake (RFC 8705 §2). It may be issued by anyone.
   * Undefined where the client sent none, or where a proxy ends TLS.
   */
  readonly clientCertificate?: X509Certificate | undefined;
}
