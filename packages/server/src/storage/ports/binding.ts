/**
 * What the sender of a token must prove to have: the private key of a DPoP proof, by the thumbprint of its public key
 * (RFC 9449 §6.1), or a client certificate, by its thumbprint (RFC 8705 §3.1). A token of the binding `none` is a bearer
 * token (RFC 6750).
 */
export type Binding = 'none' | { readonly jkt: string } | { readonly 'x5t#S256': string };
