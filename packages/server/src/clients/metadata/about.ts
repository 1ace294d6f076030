import { applicationTypes } from '../../protocol/index.js';
import { pageUrl } from '../../validation/urls.js';
import { listOf, oneOf, optional, text } from '../../validation/values.js';

/** What the app is and who stands behind it (RFC 7591 §2). */
export const aboutFields = {
  application_type: optional(oneOf(applicationTypes)),
  contacts: optional(listOf(text(1, 320), 20, 'contact')),
  client_uri: optional(pageUrl),
  logo_uri: optional(pageUrl),
  policy_uri: optional(pageUrl),
  tos_uri: optional(pageUrl),
  software_id: optional(text(1, 256)),
  software_version: optional(text(1, 256)),
};
