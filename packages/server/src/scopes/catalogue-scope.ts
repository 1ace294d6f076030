import type { LocalTexts } from '../storage/ports/index.js';

/** A scope that this deployment knows. */
export interface CatalogueScope {
  readonly name: string;
  readonly group: string;
  readonly type: 'read' | 'write' | 'openid';
  readonly texts: LocalTexts;
  /** The only resource at which it is valid (RFC 8707); null for a scope that is valid at all resources. */
  readonly resource: string | null;
  /** Whether an administrator must approve it for an app. */
  readonly needsApproval: boolean;
  /** Whether users can leave it out when they allow an app the rest. */
  readonly isOptional: boolean;
  /** How long consent to it lasts, in seconds; 0 for as long as the deployment allows. */
  readonly consentSeconds: number;
  /** Whether it is built in. Operators cannot change built-in scopes. */
  readonly isBuiltIn: boolean;
}
