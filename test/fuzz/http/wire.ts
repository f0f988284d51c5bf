/**
 * Bytes to a server and back, with nothing in between that would mend them.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Case {
  /** In Latin-1: a character is a byte. Sent one after the other. */
  readonly chunks: readonly string[];
  /** Between two of them. */
  readonly pauseMs: number;
  /** - `half`: nothing more will be sent, and the answer is waited for. - `cut`: all is over at once. */
  readonly end: 'open' | 'half' | 'cut';
}

export interface RawAnswer {
  readonly status: number;
  /** By their names in lower case; those that came twice with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface Spoken {
  readonly answers: readonly RawAnswer[];
  /** From the last byte that was sent to the last that came. */
  readonly ms: number;
  /** What came and is no answer. */
  readonly rest: string;
}

/** The server may wait for more of what is not whole: this long is enough to see that it answers what is. */
const QUIET_MS = 30;
const DEADLINE_MS = 5_000;

/** @param want - How many answers are waited for up to the deadline; others may come or not. */
export async function speak(
  port: number,
  { chunks, pauseMs, end }: Case,
  want = 0,
): Promise<Spoken> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const received: Buffer[] = [];
  const now = { lastAt: 0, isOver: false };
  socket.on('data', (data) => {
    received.push(data);
    now.lastAt = performance.now();
  });
  for (const event of ['end', 'close', 'error']) socket.on(event, () => (now.isOver = true));
  for (const [nth, chunk] of chunks.entries()) {
    if (nth > 0) await wait(pauseMs);
    await written(socket, Buffer.from(chunk, 'latin1'));
  }
  const sentAt = performance.now();
  now.lastAt = sentAt;
  if (end === 'cut') socket.destroy();
  if (end === 'half') socket.end();
  const isDone = (): boolean => {
    if (now.isOver || performance.now() - sentAt > DEADLINE_MS) return true;
    const isQuiet = performance.now() - now.lastAt > QUIET_MS;
    return isQuiet && answersIn(Buffer.concat(received)).answers.length >= want;
  };
  while (!isDone()) await wait(2);
  socket.destroy();
  return { ...answersIn(Buffer.concat(received)), ms: now.lastAt - sentAt };
}

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    // Also when the other side has gone: then with an error.
    socket.write(bytes, () => resolve());
  });
}

/** Takes apart what came; interim answers are left out. */
export function answersIn(bytes: Buffer): Pick<Spoken, 'answers' | 'rest'> {
  const answers: RawAnswer[] = [];
  // Node writes this one at once: also between the head and the body of an answer to what came before.
  let text = bytes.toString('latin1').replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '');
  for (;;) {
    const end = text.indexOf('\r\n\r\n');
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
    if (end === -1 || status === undefined) return { answers, rest: text };
    const headers = headersIn(text.slice(0, end));
    const whole = bodyIn(text.slice(end + 4), headers, Number(status));
    if (!whole) return { answers, rest: text };
    text = whole.after;
    if (Number(status) >= 200) answers.push({ status: Number(status), headers, body: whole.body });
  }
}

function headersIn(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split('\r\n').slice(1)) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase();
    const value = line.slice(line.indexOf(':') + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

function bodyIn(
  text: string,
  headers: ReadonlyMap<string, string>,
  status: number,
): { readonly body: string; readonly after: string } | undefined {
  if (headers.get('transfer-encoding') === 'chunked') return chunksIn(text);
  const isEmpty = status < 200 || status === 204 || status === 304;
  const length = Number(headers.get('content-length') ?? 0);
  // An answer to HEAD says a length and has none: the next one begins at once, or nothing comes.
  const isHead = length > 0 && (text === '' || text.startsWith('HTTP/1.1 '));
  const isToTheEnd = !headers.has('content-length') && headers.get('connection') === 'close';
  if (isToTheEnd && !isEmpty) return { body: text, after: '' };
  if (isEmpty || isHead) return { body: '', after: text };
  if (text.length < length) return undefined;
  return { body: text.slice(0, length), after: text.slice(length) };
}

function chunksIn(text: string): { readonly body: string; readonly after: string } | undefined {
  let [body, rest] = ['', text];
  for (;;) {
    const [head, size = ''] = /^([0-9a-f]+)\r\n/.exec(rest) ?? [];
    if (head === undefined) return undefined;
    const end = head.length + parseInt(size, 16);
    if (rest.length < end + 2) return undefined;
    body += rest.slice(head.length, end);
    rest = rest.slice(end + 2);
    if (end === head.length) return { body, after: rest };
  }
}
