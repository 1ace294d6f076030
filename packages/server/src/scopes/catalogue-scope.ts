import type { LocalTexts } from '../storage/ports/index.js';

/** A scope that this deployment knows. */
export interface CatalogueScope {
  readonly name: string;
  readonly group: string;
  readonly type: 'read' | 'write' | 'openid';
  readonly texts: LocalTexts;
  /** The resource that it is good at alone (RFC 8707); null for one that is good everywhere. */
  readonly resource: string | null;
  /** Whether an administrator must give it to an app. */
  readonly needsApproval: boolean;
  /** Whether it is part of Grantor, so that no operator can change it. */
  readonly isBuiltIn: boolean;
}
