/** A server that leaves unsupported scopes out; one scope of five is restricted. */
export const DROP = {
  unsupportedScopes: 'drop',
  scopesSupported: ['openid', 'email', 'offline_access', 'files', 'admin:read'],
  restrictedScopes: ['admin:*'],
} as const;
