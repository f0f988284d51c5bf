import type { AuthorizationServerOptions } from '../../lib/index.ts';

export const scopeOptions = {
  scopesSupported: [
    'openid',
    'profile',
    'email',
    'offline_access',
    'notes:read',
    'notes:write',
    'notes:share',
    'admin:export',
  ],
  defaultClientScopes: ['notes:read'],
  baselineClientScopes: ['offline_access', 'notes:read', 'notes:write'],
  baselineRules: [
    {
      name: 'our assistant',
      match: { redirect_host: 'assistant.example.com' },
      scopes: ['notes:share'],
    },
  ],
  restrictedScopes: ['admin:*'],
} satisfies Partial<AuthorizationServerOptions>;
