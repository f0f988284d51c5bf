/**
 * Requests to the app under test, by Node's own HTTP.
 *
 * @module
 */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  Server,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';

/**
 * What is tested: an Express app, an HTTP server, or the URL where one listens. An app that does not
 * listen gets a free port of the loopback interface for each request.
 */
export type AppUnderTest = RequestListener | Server | string;

/** What is sent. */
export interface TestRequest {
  /** Default `GET`. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An access token, sent in the header `Authorization`. */
  readonly token?: string;
  /** Fields of a form; what is `undefined` is left out, a list is sent several times. */
  readonly form?: FormFields;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** The fields of a form. */
export type FormFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What came back. */
export interface TestResponse {
  readonly status: number;
  /** By lower-case name; `set-cookie` is a list. */
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** What was sent as JSON; `undefined` when it was something else. */
  readonly body: unknown;
}

/**
 * Asks the app for something, such as your API for what a token opens.
 *
 * @param url - A path, or an absolute URL, whose origin then counts for nothing but the header `Host`.
 */
export async function request(
  app: AppUnderTest,
  url: string,
  options: TestRequest = {},
): Promise<TestResponse> {
  if (typeof app === 'string') return send(new URL(app), url, options);
  const server = app instanceof Server ? app : createServer(app);
  if (server.listening) return send(baseOf(server), url, options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await send(baseOf(server), url, options);
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

function baseOf(server: Server): URL {
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}`);
}

async function send(base: URL, url: string, options: TestRequest): Promise<TestResponse> {
  const wanted = new URL(url, base);
  const { method = 'GET', token } = options;
  const { type, body } = bodyOf(options);
  const headers: Record<string, string> = {
    ...(wanted.origin !== base.origin && {
      host: wanted.host,
      // As the proxy would say that took the TLS off. Heard only by an app that trusts one.
      'x-forwarded-proto': wanted.protocol.slice(0, -1),
    }),
    ...(type !== undefined && { 'content-type': type }),
    ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...options.headers,
  };
  const { request: ask } =
    base.protocol === 'https:' ? { request: httpsRequest } : { request: httpRequest };
  const sent = ask({
    protocol: base.protocol,
    hostname: base.hostname.replace(/^\[|\]$/g, ''),
    port: base.port,
    path: wanted.pathname + wanted.search,
    method,
    headers,
    agent: false,
  });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const text = await textOf(answer);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text, body: jsonOf(text) };
}

function bodyOf({ form, json }: TestRequest): { type?: string; body?: string } {
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', body: formBody(form).toString() };
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  return {};
}

/** As a form or a query. */
export function formBody(fields: FormFields): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value ?? []].flat()) body.append(name, one);
  }
  return body;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
