import { describe, expect, it } from '@jest/globals';
import { exchange, statusesIn } from './support/raw.ts';
import { createWatchedApp } from './support/watched-app.ts';

const BODY = JSON.stringify({ redirect_uris: ['https://app.example.com/cb'] });

/** What a request says that is hidden in the body of another. */
const HIDDEN = `POST /oauth/register HTTP/1.1\r\nHost: auth.example.com\r\nContent-Type: application/json\r\nContent-Length: ${String(BODY.length)}\r\n\r\n${BODY}`;

/** One request to the registration endpoint, as bytes. */
function registration(headers: readonly string[], body: string, end = '\r\n'): string {
  const lines = ['POST /oauth/register HTTP/1.1', 'Host: auth.example.com'];
  return [...lines, 'Content-Type: application/json', ...headers, '', body].join(end);
}

const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;

/** The status of every answer on one connection, until the server ends it or nothing more comes. */
async function statusesOf(bytes: string): Promise<{ statuses: number[]; writes: number }> {
  const { app, store } = createWatchedApp();
  const statuses = statusesIn(await exchange(app, bytes));
  return { statuses, writes: store.writes.length };
}

describe('a request that two readers could take for different ones (HTTP-10)', () => {
  const length = (text: string): string => `Content-Length: ${String(text.length)}`;

  it.each([
    {
      name: 'a length and chunks, the length first',
      bytes: registration([length(HIDDEN), 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`),
    },
    {
      name: 'a length and chunks, the chunks first',
      bytes: registration(['Transfer-Encoding: chunked', length(BODY)], chunked(BODY)),
    },
    {
      name: 'a length of 0 and chunks',
      bytes: registration(['Content-Length: 0', 'Transfer-Encoding: chunked'], chunked(HIDDEN)),
    },
    {
      name: 'chunked, identity',
      bytes: registration(['Transfer-Encoding: chunked, identity'], chunked(BODY)),
    },
    {
      name: 'chunked in other words',
      bytes: registration(['Transfer-Encoding: xchunked'], chunked(BODY)),
    },
    {
      name: 'chunked and a length, with a blank before the colon',
      bytes: registration([length(HIDDEN), 'Transfer-Encoding : chunked'], HIDDEN),
    },
    {
      name: 'two lengths that differ',
      bytes: registration([length(BODY), 'Content-Length: 0'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'the same length twice',
      bytes: registration([length(BODY), length(BODY)], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a list of lengths',
      bytes: registration([`${length(BODY)}, ${String(BODY.length)}`], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a length with a sign',
      bytes: registration([`Content-Length: +${String(BODY.length)}`], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a negative length',
      bytes: registration(['Content-Length: -1'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a length in base 16',
      bytes: registration(['Content-Length: 0x10'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a chunk whose size has a sign',
      bytes: registration(['Transfer-Encoding: chunked'], `+${chunked(BODY)}${HIDDEN}`),
    },
    {
      name: 'a header line that goes on in the next, for the encoding',
      bytes: registration(['Transfer-Encoding:', ' chunked', length(HIDDEN)], HIDDEN),
    },
    {
      name: 'a header that goes on in the next line',
      bytes: registration(
        [length(BODY), 'X-A: b', ' Transfer-Encoding: chunked'],
        `${BODY}${HIDDEN}`,
      ),
    },
    {
      name: 'lines that end with a bare newline',
      bytes: registration([length(BODY)], `${BODY}${HIDDEN}`, '\n'),
    },
    {
      name: 'a bare carriage return in a header',
      bytes: registration([length(BODY), 'X-A: b\rX-C: d'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a NUL in a header',
      bytes: registration([length(BODY), 'X-A: b\u0000c'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a NUL in the name of a header',
      bytes: registration([length(BODY), 'X-\u0000A: b'], `${BODY}${HIDDEN}`),
    },
    {
      name: 'a NUL in the path',
      bytes: HIDDEN.replace('register', 'regi\u0000ster') + HIDDEN,
    },
  ])('is answered once with 400, and nothing is done: $name', async ({ bytes }) => {
    expect(await statusesOf(bytes)).toEqual({ statuses: [400], writes: 0 });
  });

  it.each([
    {
      name: 'a hidden request as the body',
      bytes: registration([length(HIDDEN)], HIDDEN),
      statuses: [400],
    },
    {
      name: 'a hidden request in a chunk',
      bytes: registration(['Transfer-Encoding: chunked'], chunked(HIDDEN)),
      statuses: [400],
    },
    {
      name: 'a hidden request behind a body of the wrong type, which is not read',
      bytes: registration([length(HIDDEN)], HIDDEN).replace('application/json', 'text/plain'),
      statuses: [415],
    },
    {
      name: 'a hidden request as the body of a request that has none',
      bytes: `GET /oauth/jwks HTTP/1.1\r\nHost: a.example\r\n${length(HIDDEN)}\r\n\r\n${HIDDEN}`,
      statuses: [200],
    },
  ])('is answered once: $name', async ({ bytes, statuses }) => {
    const answered = await statusesOf(bytes);
    expect(answered.statuses).toEqual(statuses);
    expect(answered.writes).toBe(statuses.includes(201) ? 1 : 0);
  });

  it('two plain requests are two answers', async () => {
    expect(await statusesOf(HIDDEN + HIDDEN)).toEqual({ statuses: [201, 201], writes: 2 });
  });
});
