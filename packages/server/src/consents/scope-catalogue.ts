/** A scope as people and developers meet it. */
export interface ScopeDescription {
  readonly name: string;
  /** What the app will be able to do, in the person's words, after "… will be able to". */
  readonly title: string;
  readonly description: string | null;
}

/**
 * The scopes that this deployment knows: those of OpenID Connect (Core 1.0 §5.4) and those of the
 * demo API. A request for any other is refused.
 */
export const scopeCatalogue: readonly ScopeDescription[] = [
  {
    name: 'openid',
    title: 'Know who you are',
    description: 'An identifier that stays the same each time you connect',
  },
  {
    name: 'profile',
    title: 'See your profile',
    description: 'Your name, username, picture, birthday and what else your profile says',
  },
  { name: 'email', title: 'See your email address', description: null },
  { name: 'address', title: 'See your postal address', description: null },
  { name: 'phone', title: 'See your phone number', description: null },
  {
    name: 'offline_access',
    title: 'Stay connected',
    description: 'Keep access while you are not using the app',
  },
  { name: 'files:read', title: 'See your files and folders', description: null },
  { name: 'files:write', title: 'See, change and delete your files and folders', description: null },
  { name: 'rooms:read', title: 'See your rooms', description: null },
  { name: 'rooms:write', title: 'See, change and delete your rooms', description: null },
  { name: 'accounts:read', title: 'See your contacts', description: null },
  { name: 'accounts:write', title: 'See, change and delete your contacts', description: null },
  { name: 'accounts.self:read', title: 'See your account', description: null },
  { name: 'accounts.self:write', title: 'See and change your account', description: null },
];

const byName = new Map(scopeCatalogue.map((scope) => [scope.name, scope]));

/** The description of a scope, or undefined when this deployment does not know it. */
export function describeScope(name: string): ScopeDescription | undefined {
  return byName.get(name);
}
