import { z } from 'zod';
import { endpointUrl, redirectUri } from '../../validation/urls.js';
import { listOf, optional } from '../../validation/values.js';

/**
 * How the app takes part in logout (OpenID Connect RP-Initiated Logout 1.0 §3.1, Back-Channel Logout 1.0
 * §2.2, Front-Channel Logout 1.0 §2).
 */
export const logoutFields = {
  post_logout_redirect_uris: optional(listOf(redirectUri, 50, 'URI')),
  backchannel_logout_uri: optional(endpointUrl),
  backchannel_logout_session_required: optional(z.boolean()),
  frontchannel_logout_uri: optional(endpointUrl),
  frontchannel_logout_session_required: optional(z.boolean()),
};
