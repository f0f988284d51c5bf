/**
 * The app's MCP server: two tools over stateless Streamable HTTP, and the scopes each of them needs.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 * @module
 */
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { McpRequestContext } from '@modelcontextprotocol/server';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';

import { MAX_NOTE_CHARACTERS } from './notes.ts';
import type { Notes } from './notes.ts';

/** Needed to connect, to list the tools and to read. */
const READ = 'notes:read';
/** Needed to add, beside `READ`. */
const WRITE = 'notes:write';

/** Tools that need more than `READ`. A challenge names all that a call needs, not what is missing. */
const SCOPES_BY_TOOL: ReadonlyMap<unknown, readonly string[]> = new Map([['add_note', [WRITE]]]);

/**
 * The scopes that one request to the MCP endpoint needs, read from its JSON-RPC body.
 * A body may be a batch: then all of its messages count.
 */
export function scopesFor(req: Request): string[] {
  const body: unknown = req.body;
  const messages: unknown[] = Array.isArray(body) ? body : [body];
  return [...new Set([READ, ...messages.flatMap(scopesOfMessage)])];
}

function scopesOfMessage(message: unknown): readonly string[] {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  return method === 'tools/call' ? (SCOPES_BY_TOOL.get(params?.name) ?? []) : [];
}

/** The handler to mount at `/mcp`, behind a parsed body and a verified access token. */
export interface McpEndpoint {
  readonly handler: RequestHandler;
  close(): Promise<void>;
}

/** Makes the MCP endpoint. */
export function createMcpEndpoint(notes: Notes): McpEndpoint {
  const mcp = createMcpHandler((context) => notesServer(notes, subjectOf(context)));
  const handle = toNodeHandler(mcp);
  return {
    handler: (req, res) => handle(req, res, req.body),
    close: () => mcp.close(),
  };
}

function subjectOf({ authInfo }: McpRequestContext): string {
  const subject = authInfo?.extra?.['sub'];
  if (typeof subject !== 'string')
    throw new Error('the MCP endpoint is mounted without requireBearer');
  return subject;
}

/** One server for one request: it sees the notes of one person only. */
function notesServer(notes: Notes, subject: string): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });

  server.registerTool(
    'read_notes',
    { description: 'Reads all notes of the person.', annotations: { readOnlyHint: true } },
    () => text(notes.of(subject).join('\n')),
  );
  server.registerTool(
    'add_note',
    {
      description: 'Adds a note.',
      inputSchema: z.object({ text: z.string().trim().min(1).max(MAX_NOTE_CHARACTERS) }),
    },
    (note) => text(`Added. There are ${notes.add(subject, note.text)} notes now.`),
  );
  return server;
}

function text(value: string): { content: { type: 'text'; text: string }[] } {
  return { content: [{ type: 'text', text: value }] };
}
