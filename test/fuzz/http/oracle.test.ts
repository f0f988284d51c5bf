import { describe, expect, it } from '@jest/globals';
import { wrongWith } from './oracle.ts';
import { MARK } from './parts.ts';
import { answersIn } from './wire.ts';

const answer = (status: number, body: string, type = 'application/json; charset=utf-8'): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const judged = (text: string, ms = 1): string[] =>
  wrongWith({ ...answersIn(Buffer.from(text)), ms });

const REFUSED = answer(400, '{"error":"invalid_request","error_description":"no"}');

describe('an answer is wrong', () => {
  it.each([
    { name: 'when the server has failed', text: answer(500, '{"error":"server_error"}') },
    { name: 'with a stack', text: answer(400, '{"error":"invalid_request"}\n    at x (y.js:1)') },
    { name: 'with a path', text: answer(200, 'see /x/node_modules/y') },
    { name: 'with a word of the engine', text: answer(400, '{"error":"TypeError: x"}') },
    { name: 'with an error that nobody knows', text: answer(400, '{"error":"oops"}') },
    {
      name: 'with more than an error and its description',
      text: answer(400, '{"error":"invalid_request","stack":"x"}'),
    },
    {
      name: 'with what was sent',
      text: answer(400, `{"error":"invalid_request","error_description":"${MARK}"}`),
    },
    { name: 'when an error is no JSON', text: answer(404, 'Cannot GET /', 'text/plain') },
    { name: 'when an error is empty', text: 'HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n' },
    { name: 'when more comes than was asked for', text: `${REFUSED}more` },
  ])('$name', ({ text }) => {
    expect(judged(text)).toHaveLength(1);
  });

  it('when it comes late', () => {
    expect(judged(REFUSED, 2_500)).toEqual(['answered after 2500 ms']);
  });
});

describe('an answer is right', () => {
  it.each([
    { name: 'a refusal', text: REFUSED },
    { name: 'two after each other', text: `${REFUSED}${answer(200, '{}')}` },
    { name: 'a page', text: answer(400, '<p>no</p>', 'text/html; charset=utf-8') },
    { name: 'what Node says', text: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n' },
    {
      name: 'in chunks',
      text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    },
    { name: 'nothing', text: '' },
  ])('$name', ({ text }) => {
    expect(judged(text)).toEqual([]);
  });
});
