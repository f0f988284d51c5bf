/**
 * An MCP server of the SDK's first version, with one tool that says who asks.
 *
 * @module
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Request, RequestHandler, Response } from 'express';

/** Answers a request of a person whose token was verified. */
export async function answerMcp(req: Request, res: Response, userId: string): Promise<void> {
  // A stream that breaks with a restart is opened anew, with a login of its own beside that of the test.
  if (req.method !== 'POST') {
    res.sendStatus(405);
    return;
  }
  const server = new McpServer({ name: 'sample', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Says who asks.' }, () => ({
    content: [{ type: 'text', text: userId }],
  }));
  const transport = new StreamableHTTPServerTransport({});
  res.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(req, res);
}

/** The same behind a middleware that puts the person where the SDK's tools look: into `extra`. */
export const mcpHandler: RequestHandler = (req, res) => {
  const { auth } = req as Request & { auth?: { extra?: Record<string, unknown> } };
  void answerMcp(req, res, String(auth?.extra?.['sub']));
};
