/** The scopes of the contract of DocSpace: name, group and type. */
export const contractScopes = [
  ['accounts:read', 'accounts', 'read'],
  ['accounts:write', 'accounts', 'write'],
  ['accounts.self:read', 'profiles', 'read'],
  ['accounts.self:write', 'profiles', 'write'],
  ['files:read', 'files', 'read'],
  ['files:write', 'files', 'write'],
  ['rooms:read', 'rooms', 'read'],
  ['rooms:write', 'rooms', 'write'],
  ['openid', 'openid', 'openid'],
] as const;
