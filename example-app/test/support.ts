/**
 * The app as its tests see it.
 *
 * @module
 */
// In an app of your own: from 'express-dcr/testing'.
import { createTestSetup, request } from '../../lib/testing.ts';
import type { TestPage, TestResponse, TestSetup } from '../../lib/testing.ts';
import { createApp } from '../app.ts';
import type { ExampleApp } from '../app.ts';

export const MCP = 'http://localhost:3000/mcp';

/** What most MCP clients do: register for little, and ask for more later. */
export const NARROW = { scope: 'notes:read' };
/** What they then ask for: the scopes of the challenge, and to stay connected. */
export const WIDE = 'notes:read notes:write offline_access';

export type AppInTest = ExampleApp & Pick<TestSetup, 'clock' | 'log'>;

/** The real app with its real login; only clock, store and log are the test's. */
export function appInTest(baseline = 'offline_access notes:write'): AppInTest {
  const { options, runtime, clock, log } = createTestSetup();
  const app = createApp({ DCR_BASELINE_SCOPES: baseline }, options, runtime);
  return { ...app, clock, log };
}

/** Alice types her password into the form of this app. */
export function asAlice(page: TestPage): Promise<TestPage> {
  return page.submit({ username: 'alice', password: 'password' });
}

/** Calls a tool as an MCP client does. */
export function callTool(
  { app }: ExampleApp,
  token: string,
  name: string,
  args: object = {},
): Promise<TestResponse> {
  return request(app, MCP, {
    method: 'POST',
    token,
    headers: { accept: 'application/json, text/event-stream' },
    json: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
  });
}
