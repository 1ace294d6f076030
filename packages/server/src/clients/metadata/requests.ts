import { z } from 'zod';
import { subjectTypes } from '../../protocol/index.js';
import { endpointUrl, httpsUrl, requestUri } from '../../validation/urls.js';
import { listOf, oneOf, optional, text } from '../../validation/values.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** What holds for the app's requests, and how people are named to it (OpenID Connect Registration 1.0 §2). */
export const requestFields = {
  subject_type: optional(oneOf(subjectTypes)),
  sector_identifier_uri: optional(endpointUrl),
  request_uris: optional(listOf(requestUri, 50, 'URI')),
  /** Seconds. */
  default_max_age: optional(
    z
      .number()
      .int('must be a whole number of seconds')
      .min(0, 'must not be negative')
      .max(TEN_YEARS, `must be at most ${TEN_YEARS} seconds`),
  ),
  require_auth_time: optional(z.boolean()),
  default_acr_values: optional(listOf(text(1, 256), 20, 'value')),
  initiate_login_uri: optional(httpsUrl), // OpenID Connect Core 1.0 §4, Registration 1.0 §2
};
