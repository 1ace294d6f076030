/**
 * The order of the members in the metadata. It keeps the bytes of the document and their entity tag, whichever endpoint
 * contributes a member. Members that are not listed follow, in the order of the endpoints.
 */
const order: readonly string[] = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'registration_endpoint',
  'end_session_endpoint',
  'check_session_iframe',
  'backchannel_logout_supported',
  'backchannel_logout_session_supported',
  'frontchannel_logout_supported',
  'frontchannel_logout_session_supported',
  'jwks_uri',
  'scopes_supported',
  'response_types_supported',
  'response_modes_supported',
  'grant_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'id_token_encryption_alg_values_supported',
  'id_token_encryption_enc_values_supported',
  'userinfo_signing_alg_values_supported',
  'userinfo_encryption_alg_values_supported',
  'userinfo_encryption_enc_values_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'revocation_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_signing_alg_values_supported',
  'introspection_endpoint_auth_methods_supported',
  'introspection_endpoint_auth_signing_alg_values_supported',
  'introspection_signing_alg_values_supported',
  'code_challenge_methods_supported',
  'prompt_values_supported',
  'claim_types_supported',
  'acr_values_supported',
  'display_values_supported',
  'ui_locales_supported',
  'claims_supported',
  'claims_parameter_supported',
  'request_parameter_supported',
  'request_uri_parameter_supported',
  'require_request_uri_registration',
  'require_signed_request_object',
  'request_object_signing_alg_values_supported',
  'authorization_response_iss_parameter_supported',
];

/** Sorts the members of the metadata for the document. */
export function inOrder(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const listed = order.filter((name) => Object.hasOwn(members, name)).map((name) => [name, members[name]]);
  return { ...Object.fromEntries(listed), ...members };
}
