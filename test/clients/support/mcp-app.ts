/**
 * The server that the clients were measured against, made with this package: one MCP endpoint, whose
 * challenge names one scope.
 */
import { createTestApp, type TestApp, type TestAppOptions } from '../../support/app.ts';

export const MCP = 'https://auth.example.com/mcp';

const SCOPES = {
  scopesSupported: ['mcp:read', 'mcp:write', 'offline_access'],
  baselineClientScopes: ['offline_access'],
};

export function createMcpApp({ resource = '/mcp', ...given }: TestAppOptions = {}): TestApp {
  const options = { ...SCOPES, ...given.options };
  const made = createTestApp({ ...given, resource, options });
  const { app, server } = made;
  const guard = server.requireBearer({ resource, scope: 'mcp:read' });
  app.post('/mcp', guard, (_req, res) => {
    res.json({ jsonrpc: '2.0', id: 1, result: {} });
  });
  const writing = server.requireBearer({ resource, scope: ['mcp:read', 'mcp:write'] });
  app.put('/mcp', writing, (_req, res) => {
    res.json({ jsonrpc: '2.0', id: 1, result: {} });
  });
  return made;
}
