/** A specification that Grantor follows, as tests cite it. */
export interface Specification {
  /** As it is written before the sign of a section: `RFC 6749`, `OpenID Connect Core 1.0`. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  /** What of it Grantor refuses, and why; a whole section, or a part of it. */
  readonly refused?: readonly { readonly section: string; readonly what: string; readonly whole?: true }[];
}

const rfc = (number: number, title: string, refused: Specification['refused'] = []): Specification => ({
  id: `RFC ${number}`,
  title,
  url: `https://www.rfc-editor.org/rfc/rfc${number}`,
  refused,
});

const openid = (
  id: string,
  file: string,
  title: string,
  refused: Specification['refused'] = [],
): Specification => ({ id, title, url: `https://openid.net/specs/${file}.html`, refused });

/** Ordered as the page shows them; a test may cite no other. */
export const specifications: readonly Specification[] = [
  rfc(6749, 'The OAuth 2.0 Authorization Framework', [
    { section: '4.2', what: 'response type `token`: nothing binds the token to the request' },
    {
      section: '4.3',
      what: 'the password grant: apps must not see passwords of users',
      whole: true,
    },
  ]),
  {
    id: 'OAuth 2.1',
    title: 'The OAuth 2.1 Authorization Framework (draft)',
    url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/',
  },
  rfc(6750, 'Bearer Token Usage', [
    { section: '2.3', what: 'tokens in the query: URLs are logged', whole: true },
  ]),
  rfc(7009, 'Token Revocation'),
  rfc(7591, 'Dynamic Client Registration'),
  rfc(7592, 'Dynamic Client Registration Management'),
  rfc(7636, 'Proof Key for Code Exchange', [
    { section: '4.2', what: '`plain`: it does not protect an intercepted request' },
  ]),
  rfc(4511, 'Lightweight Directory Access Protocol'),
  rfc(4513, 'LDAP: Authentication Methods and Security Mechanisms'),
  rfc(4515, 'LDAP: String Representation of Search Filters'),
  rfc(7643, 'System for Cross-domain Identity Management: Core Schema'),
  rfc(7644, 'System for Cross-domain Identity Management: Protocol'),
  rfc(7662, 'Token Introspection'),
  rfc(8252, 'OAuth 2.0 for Native Apps'),
  rfc(8414, 'Authorization Server Metadata', [
    { section: '2.1', what: '`signed_metadata`: TLS authenticates the metadata', whole: true },
  ]),
  rfc(8707, 'Resource Indicators'),
  rfc(9068, 'JSON Web Token Profile for Access Tokens'),
  rfc(9101, 'JWT-Secured Authorization Request', [
    {
      section: '6.1',
      what: 'encrypted request objects: the user sees their content on the consent page',
    },
  ]),
  rfc(9207, 'Authorization Server Issuer Identification'),
  rfc(9700, 'Best Current Practice for OAuth 2.0 Security'),
  rfc(9701, 'JWT Response for Token Introspection'),
  rfc(9728, 'Protected Resource Metadata'),
  rfc(7521, 'Assertion Framework'),
  rfc(7523, 'JSON Web Token Profile for Client Authentication', [
    { section: '2.1', what: 'assertions as authorization grants', whole: true },
  ]),
  openid('OpenID Connect Core 1.0', 'openid-connect-core-1_0', 'OpenID Connect Core 1.0', [
    {
      section: '5.6.2',
      what: 'aggregated and distributed claims: Grantor is the only source of its claims',
    },
    { section: '7', what: 'self-issued providers', whole: true },
  ]),
  openid('OpenID Connect Discovery 1.0', 'openid-connect-discovery-1_0', 'OpenID Connect Discovery 1.0', [
    { section: '2', what: 'WebFinger: the identifier of a user does not determine the issuer', whole: true },
  ]),
  openid(
    'OpenID Connect Registration 1.0',
    'openid-connect-registration-1_0',
    'OpenID Connect Dynamic Client Registration 1.0',
  ),
  openid(
    'RP-Initiated Logout 1.0',
    'openid-connect-rpinitiated-1_0',
    'OpenID Connect RP-Initiated Logout 1.0',
  ),
  openid(
    'Back-Channel Logout 1.0',
    'openid-connect-backchannel-1_0',
    'OpenID Connect Back-Channel Logout 1.0',
  ),
  openid(
    'Front-Channel Logout 1.0',
    'openid-connect-frontchannel-1_0',
    'OpenID Connect Front-Channel Logout 1.0',
  ),
  openid('Session Management 1.0', 'openid-connect-session-1_0', 'OpenID Connect Session Management 1.0'),
  openid(
    'OAuth 2.0 Multiple Response Types',
    'oauth-v2-multiple-response-types-1_0',
    'OAuth 2.0 Multiple Response Type Encoding Practices',
  ),
  openid(
    'Form Post Response Mode 1.0',
    'oauth-v2-form-post-response-mode-1_0',
    'OAuth 2.0 Form Post Response Mode',
  ),
  rfc(7515, 'JSON Web Signature'),
  rfc(7516, 'JSON Web Encryption'),
  rfc(7517, 'JSON Web Key'),
  rfc(7518, 'JSON Web Algorithms'),
  rfc(7519, 'JSON Web Token'),
  rfc(7638, 'JSON Web Key Thumbprint'),
  rfc(7797, 'JWS Unencoded Payload Option'),
  rfc(8032, 'Edwards-Curve Digital Signature Algorithm'),
  rfc(8037, 'CFRG Elliptic Curves in JOSE'),
  rfc(9864, 'Fully-Specified Algorithms for JOSE and COSE'),
  rfc(6238, 'TOTP: Time-Based One-Time Password Algorithm'),
  rfc(4648, 'Base16, Base32 and Base64 Data Encodings'),
  {
    id: 'WebAuthn Level 3',
    title: 'Web Authentication: An API for accessing Public Key Credentials',
    url: 'https://www.w3.org/TR/webauthn-3/',
  },
  openid(
    'OpenID Connect EAP ACR Values 1.0',
    'openid-connect-eap-acr-values-1_0',
    'OpenID Connect Extended Authentication Profile ACR Values 1.0',
  ),
  rfc(8176, 'Authentication Method Reference Values'),
  rfc(8725, 'JSON Web Token Best Current Practices'),
  rfc(6761, 'Special-Use Domain Names'),
  rfc(6585, 'Additional HTTP Status Codes'),
  rfc(9110, 'HTTP Semantics'),
  rfc(9111, 'HTTP Caching'),
  rfc(9112, 'HTTP/1.1'),
  rfc(4180, 'Common Format and MIME Type for CSV Files'),
  rfc(3834, 'Recommendations for Automatic Responses to Electronic Mail'),
  rfc(5321, 'Simple Mail Transfer Protocol'),
  rfc(5646, 'Tags for Identifying Languages'),
  {
    id: 'NIST SP 800-63B-4',
    title: 'Digital Identity Guidelines: Authentication and Authenticator Management',
    url: 'https://pages.nist.gov/800-63-4/sp800-63b.html',
  },
  {
    id: 'W3C change-password',
    title: 'A Well-Known URL for Changing Passwords',
    url: 'https://www.w3.org/TR/change-password-url/',
  },
  rfc(9457, 'Problem Details for HTTP APIs'),
  rfc(6265, 'HTTP State Management (cookies)'),
  {
    id: 'RFC 6265bis',
    title: 'Cookies: HTTP State Management Mechanism (draft)',
    url: 'https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/',
  },
  rfc(5737, 'IPv4 Address Blocks Reserved for Documentation'),
  { id: 'Fetch', title: 'Fetch (CORS)', url: 'https://fetch.spec.whatwg.org/' },
  { id: 'CSP Level 3', title: 'Content Security Policy Level 3', url: 'https://www.w3.org/TR/CSP3/' },
];

/** Other names under which tests cite one of them. */
export const aliases: Readonly<Record<string, string>> = {
  'Multiple Response Types': 'OAuth 2.0 Multiple Response Types',
  'OAuth 2.0 Form Post Response Mode': 'Form Post Response Mode 1.0',
  'OpenID Connect Dynamic Client Registration 1.0': 'OpenID Connect Registration 1.0',
};

/** What is not there, and whether it will be. */
export const absent: readonly {
  readonly what: string;
  readonly when: 'later' | 'refused';
  readonly why: string;
}[] = [
  { what: 'RFC 9126, Pushed Authorization Requests', when: 'later', why: '' },
  { what: 'RFC 9449, DPoP', when: 'later', why: '' },
  { what: 'RFC 8705, mutual TLS', when: 'later', why: '' },
  { what: 'RFC 8628, Device Authorization Grant', when: 'later', why: '' },
  { what: 'RFC 8693, Token Exchange', when: 'later', why: '' },
  { what: 'OpenID Connect CIBA', when: 'later', why: '' },
  { what: 'Client ID Metadata Documents', when: 'later', why: '' },
  {
    what: 'RFC 6749 §4.3, the password grant',
    when: 'refused',
    why: 'an app with the password of a user can do everything that the user can',
  },
  {
    what: 'RFC 6749 §4.2, response type `token`',
    when: 'refused',
    why: 'an attacker can inject the token into the session of another user; `id_token token` binds it',
  },
];
