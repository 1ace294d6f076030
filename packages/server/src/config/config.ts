import { z } from 'zod';
import { grantTypes, isResource, isScopeValue, logoStyles, signingAlgorithms } from '../protocol/index.js';
import { brandName, colour, pageUrl, picture, supportUrl, theme } from './brand-values.js';
import { DEFAULT_LDAP_ATTRIBUTES, ldapAttributes, ldapFilter, ldapUrl } from './ldap-values.js';
import { breachedPasswords, mailFrom, smtpUrl } from './mail-values.js';
import { providersSchema } from './provider-settings.js';
import {
  databaseUrl,
  dnsServers,
  hosts,
  issuer,
  list,
  oneOf,
  ownPage,
  rsaExponents,
  seconds,
  USUAL_EXPONENT,
  whole,
  YEAR_SECONDS,
} from './setting-values.js';

const TOO_SHORT = 'must have at least 32 characters. Generate a random one: openssl rand -base64 32';

/**
 * Every setting with its rules and default. The issuer is one exact string that the operator sets; nothing is derived
 * from a Host header.
 */
export const configSchema = z.object({
  issuer,
  databaseUrl,
  /** `loadConfig` also checks that it cannot be guessed. */
  secret: z.string().min(32, TOO_SHORT),
  /** The previous secret, which decrypts existing data until it is encrypted again. */
  secretPrevious: z.string().min(32, TOO_SHORT).optional(),
  host: z.string().min(1).default('localhost'),
  port: whole(1, 65_535, 'a port number').default(8888),
  adminEmail: z.email('must be an email address').optional(),
  adminPassword: z.string().min(8, 'must have at least 8 characters').optional(),
  apiKey: z.string().min(20, 'must have at least 20 characters').optional(),
  /** The mail server. Without it, features that send mails are off. */
  smtpUrl: smtpUrl.optional(),
  /** The sender of mails. */
  mailFrom: mailFrom.optional(),
  /** Who may create an account: no one, users with an invitation, or everyone. It needs a mail server. */
  signUp: oneOf('off', 'invite', 'open').default('off'),
  /** Whether users can sign in with a code or a link in a mail. It needs a mail server. */
  emailSignIn: oneOf('off', 'on').default('off'),
  /** The name of the service on pages and in mails. Default: Grantor. */
  name: brandName.optional(),
  /** The colour of buttons and links, in light and in dark pages. Their contrast is checked at the start. */
  accentLight: colour.optional(),
  accentDark: colour.optional(),
  /** Other variables of the stylesheet: colours of each mode, radius and fonts. In the environment the name of a JSON file. */
  theme: theme.optional(),
  /** The logo: the name of a PNG, JPEG or SVG file, or a `data:` URI of one. */
  logo: picture.optional(),
  /** The logo on dark pages. Default: the other one, on white. */
  logoDark: picture.optional(),
  /** Whether the logo has the name in it, or is a square next to the name. */
  logoStyle: oneOf(...logoStyles).default('wordmark'),
  /** The icon in the tab of the browser. Default: an icon logo, or the first letter of the name. */
  favicon: picture.optional(),
  /** Whose colours and logo style the sign-in and consent pages of an app have. An administrator verifies apps. */
  clientBranding: oneOf('off', 'verified').default('off'),
  /** Links at the bottom of every page. */
  supportUrl: supportUrl.optional(),
  privacyUrl: pageUrl.optional(),
  termsUrl: pageUrl.optional(),
  /** The folder with texts that replace those of pages and mails: `de.json`. */
  texts: z.string().min(1).optional(),
  /** The fewest characters of a password that a user chooses. */
  passwordMinLength: whole(8, 128).default(10),
  /** A list of stolen passwords: a service for ranges of SHA-1 hashes, or a sorted file of them. */
  breachedPasswords: breachedPasswords.default('off'),
  /** Mails that requests from one address may cause within an hour, and to one mailbox within a day. */
  mailsPerAddress: whole(1, 1_000_000).default(30),
  mailsPerMailbox: whole(1, 1000).default(10),
  /** The directory whose users can sign in with their passwords there. */
  ldapUrl: ldapUrl.optional(),
  /** Whether an `ldap:` connection changes to TLS first. */
  ldapStartTls: oneOf('on', 'off').default('on'),
  /** A file with the certificates of the authorities that the certificate of the directory may come from. */
  ldapCaFile: z.string().min(1).optional(),
  /** Whether users of the directory can sign in without it: with passkeys, and at providers. */
  ldapOtherSignIns: oneOf('on', 'off').default('off'),
  /** The account that searches the directory. */
  ldapBindDn: z.string().min(1).optional(),
  ldapBindPassword: z.string().min(1).optional(),
  /** Below which entry users are searched. */
  ldapBaseDn: z.string().min(1).optional(),
  ldapUserFilter: ldapFilter('{login}').default('(&(objectClass=person)(|(uid={login})(mail={login})))'),
  /** The attributes of the directory by the claims that they become. */
  ldapAttributes: ldapAttributes.default(DEFAULT_LDAP_ATTRIBUTES),
  /** Below which entry groups are searched. Without it, groups are not read. */
  ldapGroupBaseDn: z.string().min(1).optional(),
  ldapGroupFilter: ldapFilter('{dn}').default('(member={dn})'),
  /** The name or the DN of the group whose members are administrators. */
  ldapAdminGroup: z.string().min(1).optional(),
  /** The `aud` of access tokens for apps without a registered audience. Default: the issuer. */
  audience: z.string().min(1).optional(),
  logLevel: oneOf('debug', 'info', 'warn', 'error', 'silent').default('info'),
  /** Network addresses in the log: the address, its network, or nothing. */
  logAddresses: oneOf('full', 'network', 'none').default('full'),
  codeSeconds: seconds(600).default(60),
  accessTokenSeconds: seconds(YEAR_SECONDS).default(900),
  /** The lifetime of personal access tokens. */
  personalAccessTokenSeconds: seconds(YEAR_SECONDS).default(3600),
  idTokenSeconds: seconds(YEAR_SECONDS).default(3600),
  refreshTokenSeconds: seconds(10 * YEAR_SECONDS).default(60 * 86_400),
  /** The lifetime of a grant with refresh tokens, however often they are used. */
  refreshAbsoluteSeconds: seconds(10 * YEAR_SECONDS).default(YEAR_SECONDS),
  refreshRetrySeconds: seconds(300, 0).default(30),
  /** The lifetime of a session after the user has authenticated, however often the user visits. */
  sessionSeconds: seconds(YEAR_SECONDS).default(14 * 86_400),
  /** The lifetime of a session without a visit; 0 means as long as with visits. */
  sessionIdleSeconds: seconds(YEAR_SECONDS, 0)
    .refine((length) => length === 0 || length >= 60, 'must be 0, or at least 60')
    .default(0),
  /** Whether users may delete their own account. */
  selfDeletion: oneOf('on', 'off').default('on'),
  /** How long a consent is valid; 0 means until it is revoked. */
  consentSeconds: seconds(10 * YEAR_SECONDS, 0).default(0),
  /** How long a key signs; 0 for no automatic rotation. Less than a day would publish too many keys. */
  keyRotationSeconds: seconds(10 * YEAR_SECONDS, 0)
    .refine((length) => length === 0 || length >= 86_400, 'must be 0, or at least 86400 (a day)')
    .default(90 * 86_400),
  /** The algorithms that have a published key, and that clients may register. */
  signingAlgorithms: list(
    z.array(
      z.enum(signingAlgorithms, `must be some of ${signingAlgorithms.join(', ')}, with commas or spaces`),
    ),
  )
    // Access tokens are signed with it.
    .refine((algorithms) => algorithms.includes('ES256'), 'must have ES256, which signs access tokens')
    .default([...signingAlgorithms]),
  /** The algorithm of ID tokens for clients that register none (OpenID Connect Registration 1.0 §2). */
  idTokenAlgorithm: oneOf(...signingAlgorithms).default('RS256'),
  /** Whether apps may watch the session from a page (OpenID Connect Session Management 1.0). */
  sessionManagement: oneOf('on', 'off').default('on'),
  /** Hosts that URLs of clients may name although they are private or use http. */
  outboundHosts: hosts.default([]),
  /** The DNS servers for names in URLs of clients. Default: those of the system. */
  outboundDnsServers: dnsServers.default([]),
  /** The allowed public exponents of RSA keys of clients. A large exponent makes verification slower. */
  clientRsaExponents: rsaExponents.default([USUAL_EXPONENT]),
  /** The allowed audience of client assertions. Old clients use the token endpoint. */
  assertionAudience: oneOf('issuer', 'issuer-or-token-endpoint').default('issuer'),
  /** The resources that apps may request with `resource` (RFC 8707). */
  resources: list(
    z.array(z.string().refine(isResource, 'must be absolute URIs without a fragment, with commas or spaces')),
  ).default([]),
  /** Who may register apps at the registration endpoint: no one, holders of an initial access token, or everyone. */
  registration: oneOf('off', 'token', 'open').default('off'),
  /** The scopes that apps may register for there. Default: all that need no approval. */
  registrationScopes: list(
    z.array(z.string().refine(isScopeValue, 'must be scopes, with commas or spaces')).min(1),
  ).optional(),
  /** Whether the user is asked before an error leads to an app that registered itself. */
  confirmUnreviewedRedirects: oneOf('on', 'off').default('off'),
  /** Whether pages in a browser may register apps. */
  registrationFromBrowsers: oneOf('off', 'on').default('off'),
  /** The most apps that registered themselves, in all and from one network; 0 means no limit. */
  selfRegisteredClients: whole(0, 100_000_000).default(20_000),
  selfRegisteredClientsPerAddress: whole(0, 1_000_000).default(500),
  /** The grant types that clients may register for and use. */
  allowedGrantTypes: list(
    z.array(z.enum(grantTypes, `must be some of ${grantTypes.join(', ')}`)).min(1),
  ).default([...grantTypes]),
  /** Whether authorization responses may have tokens (implicit and hybrid), or only codes. */
  allowedResponseTypes: oneOf('all', 'code').default('all'),
  /** Whether confidential clients need PKCE as well. */
  requirePkce: oneOf('on', 'off').default('off'),
  /** Whether every authorization request must be a signed request object (RFC 9101 §10.5). */
  requireSignedRequestObjects: oneOf('on', 'off').default('off'),
  /** The client types that developers, and apps themselves, may register. */
  developerClientTypes: oneOf('all', 'public-code').default('all'),
  registrationClientTypes: oneOf('all', 'public-code').default('all'),
  registrationsPerHour: whole(1, 1_000_000).default(600),
  unusedClientSeconds: seconds(10 * YEAR_SECONDS).default(30 * 86_400),
  /** How long audit events are kept; 0 means forever. */
  auditSeconds: seconds(100 * YEAR_SECONDS, 0).default(400 * 86_400),
  /** Compatibility with programs that were written for another product. */
  compat: oneOf('none', 'docspace').default('none'),
  /** The operator's own sign-in page, consent page and sign-out page, to which the browser is sent. */
  signInUrl: ownPage.optional(),
  consentUrl: ownPage.optional(),
  signOutUrl: ownPage.optional(),
  /** Whether users can sign in another way than on the operator's sign-in page. */
  otherSignIns: oneOf('on', 'off').default('off'),
  /** Who may register apps through the management API: all users, or administrators only. */
  developers: oneOf('everybody', 'administrators').default('administrators'),
  /** The most apps of one developer; 0 means no limit. */
  clientsPerDeveloper: whole(0, 1_000_000).default(50),
  /** The most apps in all, without those that registered themselves; 0 means no limit. */
  clientsInAll: whole(0, 100_000_000).default(0),
  /** Sign-ins from one address within 15 minutes, whatever the login. */
  signInsPerAddress: whole(1, 1_000_000).default(100),
  /** Failed sign-ins to one login within an hour from browsers that have never signed in to it. */
  signInsPerAccount: whole(1, 1_000_000).default(50),
  /** Who needs a second factor: no user, those who set one up, also all administrators, or all users. */
  secondFactor: oneOf('off', 'optional', 'administrators', 'everybody').default('optional'),
  /** Whether users can add passkeys and sign in with them. */
  passkeys: oneOf('on', 'off').default('on'),
  /** For how many days a browser needs no second factor if its user wants that; 0 for never. */
  rememberDeviceDays: whole(0, 365).default(30),
  /** How many passwords are hashed at once. Each takes a core, a thread of libuv and 19 MiB. */
  passwordHashes: whole(1, 64).default(2),
  /** Requests to the protocol endpoints in a minute; 0 means no limit. */
  tokenRequestsPerMinutePerAddress: whole(0, 10_000_000).default(6000),
  tokenRequestsPerMinutePerClient: whole(0, 10_000_000).default(6000),
  authorizationsPerMinutePerAddress: whole(0, 10_000_000).default(3000),
  authorizationsPerMinutePerClient: whole(0, 10_000_000).default(1500),
  introspectionsPerMinutePerAddress: whole(0, 10_000_000).default(60_000),
  introspectionsPerMinutePerClient: whole(0, 10_000_000).default(60_000),
  /** The number of proxies in front, each of which appends the address of its peer to `X-Forwarded-For`. */
  trustedProxies: whole(0, 20).default(0),
  /** The OpenID providers, and servers like them, whose users can sign in. */
  providers: providersSchema.default([]),
  /** The most connections at a time. */
  maxConnections: whole(10, 1_000_000).default(5000),
  /** The most of them from one address, with IPv6 addresses counted by their /64; 0 means no such limit. */
  maxConnectionsPerAddress: whole(0, 1_000_000).default(2500),
  /** Requests to the management API in a minute; 0 means no limit. */
  apiReadsPerMinute: whole(0, 10_000_000).default(600),
  apiWritesPerMinute: whole(0, 10_000_000).default(120),
  apiRequestsPerMinutePerAddress: whole(0, 10_000_000).default(1200),
});

export type Config = z.output<typeof configSchema>;

/** The environment variable behind each setting. */
export const environmentVariables: Record<keyof Config, string> = {
  issuer: 'GRANTOR_ISSUER',
  databaseUrl: 'GRANTOR_DATABASE_URL',
  secret: 'GRANTOR_SECRET',
  secretPrevious: 'GRANTOR_SECRET_PREVIOUS',
  host: 'HOST',
  port: 'PORT',
  adminEmail: 'GRANTOR_ADMIN_EMAIL',
  adminPassword: 'GRANTOR_ADMIN_PASSWORD',
  apiKey: 'GRANTOR_API_KEY',
  smtpUrl: 'GRANTOR_SMTP_URL',
  mailFrom: 'GRANTOR_MAIL_FROM',
  signUp: 'GRANTOR_SIGN_UP',
  emailSignIn: 'GRANTOR_EMAIL_SIGN_IN',
  name: 'GRANTOR_NAME',
  accentLight: 'GRANTOR_ACCENT_LIGHT',
  accentDark: 'GRANTOR_ACCENT_DARK',
  theme: 'GRANTOR_THEME',
  logo: 'GRANTOR_LOGO',
  logoDark: 'GRANTOR_LOGO_DARK',
  logoStyle: 'GRANTOR_LOGO_STYLE',
  favicon: 'GRANTOR_FAVICON',
  clientBranding: 'GRANTOR_CLIENT_BRANDING',
  supportUrl: 'GRANTOR_SUPPORT_URL',
  privacyUrl: 'GRANTOR_PRIVACY_URL',
  termsUrl: 'GRANTOR_TERMS_URL',
  texts: 'GRANTOR_TEXTS',
  passwordMinLength: 'GRANTOR_PASSWORD_MIN_LENGTH',
  breachedPasswords: 'GRANTOR_BREACHED_PASSWORDS',
  mailsPerAddress: 'GRANTOR_MAILS_PER_ADDRESS',
  mailsPerMailbox: 'GRANTOR_MAILS_PER_MAILBOX',
  ldapUrl: 'GRANTOR_LDAP_URL',
  ldapStartTls: 'GRANTOR_LDAP_START_TLS',
  ldapCaFile: 'GRANTOR_LDAP_CA_FILE',
  ldapOtherSignIns: 'GRANTOR_LDAP_OTHER_SIGN_INS',
  ldapBindDn: 'GRANTOR_LDAP_BIND_DN',
  ldapBindPassword: 'GRANTOR_LDAP_BIND_PASSWORD',
  ldapBaseDn: 'GRANTOR_LDAP_BASE_DN',
  ldapUserFilter: 'GRANTOR_LDAP_USER_FILTER',
  ldapAttributes: 'GRANTOR_LDAP_ATTRIBUTES',
  ldapGroupBaseDn: 'GRANTOR_LDAP_GROUP_BASE_DN',
  ldapGroupFilter: 'GRANTOR_LDAP_GROUP_FILTER',
  ldapAdminGroup: 'GRANTOR_LDAP_ADMIN_GROUP',
  audience: 'GRANTOR_AUDIENCE',
  logLevel: 'GRANTOR_LOG_LEVEL',
  logAddresses: 'GRANTOR_LOG_ADDRESSES',
  codeSeconds: 'GRANTOR_CODE_SECONDS',
  accessTokenSeconds: 'GRANTOR_ACCESS_TOKEN_SECONDS',
  personalAccessTokenSeconds: 'GRANTOR_PERSONAL_ACCESS_TOKEN_SECONDS',
  idTokenSeconds: 'GRANTOR_ID_TOKEN_SECONDS',
  refreshTokenSeconds: 'GRANTOR_REFRESH_TOKEN_SECONDS',
  refreshAbsoluteSeconds: 'GRANTOR_REFRESH_ABSOLUTE_SECONDS',
  refreshRetrySeconds: 'GRANTOR_REFRESH_RETRY_SECONDS',
  sessionSeconds: 'GRANTOR_SESSION_SECONDS',
  sessionIdleSeconds: 'GRANTOR_SESSION_IDLE_SECONDS',
  selfDeletion: 'GRANTOR_SELF_DELETION',
  consentSeconds: 'GRANTOR_CONSENT_SECONDS',
  keyRotationSeconds: 'GRANTOR_KEY_ROTATION_SECONDS',
  signingAlgorithms: 'GRANTOR_SIGNING_ALGORITHMS',
  idTokenAlgorithm: 'GRANTOR_ID_TOKEN_ALGORITHM',
  sessionManagement: 'GRANTOR_SESSION_MANAGEMENT',
  outboundHosts: 'GRANTOR_OUTBOUND_HOSTS',
  clientRsaExponents: 'GRANTOR_CLIENT_RSA_EXPONENTS',
  outboundDnsServers: 'GRANTOR_OUTBOUND_DNS_SERVERS',
  assertionAudience: 'GRANTOR_ASSERTION_AUDIENCE',
  resources: 'GRANTOR_RESOURCES',
  registration: 'GRANTOR_REGISTRATION',
  registrationScopes: 'GRANTOR_REGISTRATION_SCOPES',
  confirmUnreviewedRedirects: 'GRANTOR_CONFIRM_UNREVIEWED_REDIRECTS',
  registrationFromBrowsers: 'GRANTOR_REGISTRATION_FROM_BROWSERS',
  selfRegisteredClients: 'GRANTOR_SELF_REGISTERED_CLIENTS',
  selfRegisteredClientsPerAddress: 'GRANTOR_SELF_REGISTERED_CLIENTS_PER_ADDRESS',
  allowedGrantTypes: 'GRANTOR_GRANT_TYPES',
  allowedResponseTypes: 'GRANTOR_RESPONSE_TYPES',
  requirePkce: 'GRANTOR_REQUIRE_PKCE',
  requireSignedRequestObjects: 'GRANTOR_REQUIRE_SIGNED_REQUEST_OBJECTS',
  developerClientTypes: 'GRANTOR_DEVELOPER_CLIENT_TYPES',
  registrationClientTypes: 'GRANTOR_REGISTRATION_CLIENT_TYPES',
  registrationsPerHour: 'GRANTOR_REGISTRATIONS_PER_HOUR',
  unusedClientSeconds: 'GRANTOR_UNUSED_CLIENT_SECONDS',
  auditSeconds: 'GRANTOR_AUDIT_SECONDS',
  compat: 'GRANTOR_COMPAT',
  signInUrl: 'GRANTOR_SIGN_IN_URL',
  consentUrl: 'GRANTOR_CONSENT_URL',
  signOutUrl: 'GRANTOR_SIGN_OUT_URL',
  otherSignIns: 'GRANTOR_OTHER_SIGN_INS',
  developers: 'GRANTOR_DEVELOPERS',
  clientsPerDeveloper: 'GRANTOR_CLIENTS_PER_DEVELOPER',
  clientsInAll: 'GRANTOR_CLIENTS',
  signInsPerAddress: 'GRANTOR_SIGN_INS_PER_ADDRESS',
  signInsPerAccount: 'GRANTOR_SIGN_INS_PER_ACCOUNT',
  secondFactor: 'GRANTOR_SECOND_FACTOR',
  passkeys: 'GRANTOR_PASSKEYS',
  rememberDeviceDays: 'GRANTOR_REMEMBER_DEVICE_DAYS',
  passwordHashes: 'GRANTOR_PASSWORD_HASHES',
  tokenRequestsPerMinutePerAddress: 'GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_ADDRESS',
  tokenRequestsPerMinutePerClient: 'GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_CLIENT',
  authorizationsPerMinutePerAddress: 'GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_ADDRESS',
  authorizationsPerMinutePerClient: 'GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_CLIENT',
  introspectionsPerMinutePerAddress: 'GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_ADDRESS',
  introspectionsPerMinutePerClient: 'GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_CLIENT',
  trustedProxies: 'GRANTOR_TRUSTED_PROXIES',
  providers: 'GRANTOR_PROVIDERS',
  maxConnections: 'GRANTOR_MAX_CONNECTIONS',
  maxConnectionsPerAddress: 'GRANTOR_MAX_CONNECTIONS_PER_ADDRESS',
  apiReadsPerMinute: 'GRANTOR_API_READS_PER_MINUTE',
  apiWritesPerMinute: 'GRANTOR_API_WRITES_PER_MINUTE',
  apiRequestsPerMinutePerAddress: 'GRANTOR_API_REQUESTS_PER_MINUTE_PER_ADDRESS',
};
