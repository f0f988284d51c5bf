/**
 * The clients of the configuration: their ids stay, so that a case means the same each time.
 *
 * @module
 */
import type { ProvisionedClient } from '../../../lib/options/provisioned-clients.ts';

export const SECRET_OF_CLIENT = 'a-secret-of-a-client-that-is-long-enough';

export const CLIENTS: readonly ProvisionedClient[] = [
  {
    client_id: 'public-client',
    redirect_uris: ['https://app.example.com/cb', 'http://localhost/cb'],
    scope: 'openid offline_access mcp:read',
  },
  {
    client_id: 'secret-client',
    client_secret: SECRET_OF_CLIENT,
    redirect_uris: ['https://app.example.com/cb'],
    scope: 'openid mcp:read',
  },
];
