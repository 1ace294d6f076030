/** Where an attribute of the directory goes. */
export interface LdapAttributes {
  /** The ID of a user, which never changes. */
  readonly subject: string;
  /** The attributes by the standard claims that they become (OpenID Connect Core 1.0 §5.1). */
  readonly claims: Readonly<Record<string, string>>;
  /** The name of a group. */
  readonly group: string;
}

/** How to reach a directory, and what users and groups look like in it. */
export interface LdapSettings {
  /** `ldaps://` or `ldap://`. */
  readonly url: string;
  /** Whether an `ldap://` connection changes to TLS before anything else is sent. */
  readonly startTls: boolean;
  /** The certificates of the authorities that the directory's certificate may come from, in PEM; undefined for the usual. */
  readonly ca: string | undefined;
  /** The account that searches. */
  readonly bindDn: string;
  readonly bindPassword: string;
  readonly baseDn: string;
  /** With the place of the login. */
  readonly userFilter: string;
  readonly attributes: LdapAttributes;
  /** Undefined without groups. */
  readonly groups:
    | {
        readonly baseDn: string;
        /** With the place of the DN of the user. */
        readonly filter: string;
        /** The group whose members are administrators; undefined if the directory does not decide that. */
        readonly administrators: string | undefined;
      }
    | undefined;
}
