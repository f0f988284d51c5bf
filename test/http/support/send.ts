/**
 * Requests exactly as written: no library in between that would mend a header or a body.
 */
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface Sent {
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Leaves the request open after its headers, as somebody does who only claims a length. */
  readonly headersOnly?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The JSON value; `undefined` when the answer is none. */
  readonly body: unknown;
}

export async function send(
  app: Express,
  method: string,
  path: string,
  { headers = {}, body, headersOnly = false }: Sent = {},
): Promise<Answer> {
  const server = createServer((req, res) => void app(req, res));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const req = request({ port, host: '127.0.0.1', method, path, headers, agent: false });
      req.on('error', reject);
      req.on('response', (res) => {
        answerOf(res).then(resolve, reject);
      });
      if (headersOnly) req.flushHeaders();
      else req.end(body);
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function answerOf(res: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of res) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: res.statusCode ?? 0, headers: res.headers, text, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export const JSON_TYPE = { 'Content-Type': 'application/json' };
export const FORM_TYPE = { 'Content-Type': 'application/x-www-form-urlencoded' };
