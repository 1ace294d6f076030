import type { ProtocolPolicy } from '../clients/protocol-policy.js';
import {
  type ClientAuthenticationMethod,
  clientAuthenticationMethods,
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  type SigningAlgorithm,
} from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';

/** Members of the server's metadata (RFC 8414 §2), by name. */
export type ServerMetadata = Readonly<Record<string, unknown>>;

/** The features that the operator configures. */
export interface SupportedFeatures {
  readonly issuer: string;
  readonly catalogue: Catalogue;
  readonly sessionManagement: boolean;
  readonly registration: boolean;
  readonly policy: ProtocolPolicy;
  /** The authentication contexts that sign-ins reach, the weakest first. */
  readonly contexts: readonly string[];
  /** The algorithms that sign tokens and responses. */
  readonly algorithms: readonly SigningAlgorithm[];
}

/**
 * The members that one endpoint contributes to the metadata. They are derived from the tables that the checks use, so
 * that they name only what is supported.
 */
export type DescribeMetadata = (features: SupportedFeatures) => ServerMetadata;

/** The algorithms of client assertions. `none` must not be one (RFC 8414 §2). */
const assertionAlgorithms = [...clientSignatureAlgorithms, ...clientSecretAlgorithms];

/** How clients authenticate at an endpoint (RFC 8414 §2), such as `token_endpoint`. */
export function clientAuthenticationMetadata(
  endpoint: string,
  methods: readonly ClientAuthenticationMethod[] = clientAuthenticationMethods,
): ServerMetadata {
  return {
    [`${endpoint}_auth_methods_supported`]: methods,
    [`${endpoint}_auth_signing_alg_values_supported`]: assertionAlgorithms,
  };
}
