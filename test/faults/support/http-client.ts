/**
 * Requests over sockets that are kept open, as between a proxy and an app; each is noted.
 *
 * @module
 */
import { Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Answer {
  /** 0 when there was none. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
}

export interface HttpClient {
  send(origin: string, ask: Ask): Promise<Answer>;
  close(): void;
}

/** Far beyond what is promised: an answer that comes later counts as none. */
const GIVE_UP_MS = 15_000;
const NO_ANSWER: Answer = { status: 0, headers: {}, text: '' };

export function createHttpClient(): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  return {
    send: (origin, { method = 'GET', path, headers = {}, json, form }) =>
      new Promise((resolve) => {
        const body =
          json !== undefined
            ? JSON.stringify(json)
            : form && new URLSearchParams({ ...form }).toString();
        const type = json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded';
        const sent = request(
          new URL(path, origin),
          {
            method,
            agent,
            timeout: GIVE_UP_MS,
            headers: {
              ...headers,
              ...(body !== undefined && {
                'content-type': type,
                'content-length': String(Buffer.byteLength(body)),
              }),
            },
          },
          (response) => {
            let text = '';
            response.setEncoding('utf8');
            response.on('data', (part: string) => (text += part));
            response.on('error', () => resolve(NO_ANSWER));
            response.on('end', () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
            );
          },
        );
        sent.on('timeout', () => sent.destroy(new Error('no answer')));
        sent.on('error', () => resolve(NO_ANSWER));
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
