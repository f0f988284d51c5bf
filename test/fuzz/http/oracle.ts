/**
 * What every answer has to be, whatever was asked.
 *
 * @module
 */
import { ERROR_STATUS } from '../../../lib/protocol/errors.ts';
import { MARK } from './parts.ts';
import type { RawAnswer, Spoken } from './wire.ts';

/** An answer to what is whole comes within this. */
const SOON_MS = 2_000;
/** Nothing of how the server is made: no line of a stack, no path, no word of the engine. */
const INTERNAL =
  /\n\s+at |node_modules|\.[jt]s:\d|file:\/\/|(?:Syntax|Type|Range|Reference)Error|Unexpected token|in JSON at|undefined/;
/** What Node says before anybody else has seen the request; it has no body then. */
const BY_NODE = [400, 408, 413, 417, 431];
/** What the host of the server says of what is not an endpoint. */
const BY_HOST = ['not_here', 'host'];

/** What is wrong with what was answered. */
export function wrongWith({ answers, ms, rest }: Spoken): string[] {
  return [
    ...answers.flatMap(wrongWithAnswer),
    ...(ms > SOON_MS ? [`answered after ${Math.round(ms)} ms`] : []),
    ...(rest !== '' && !rest.startsWith('HTTP/1.1 ') ? ['something else than an answer came'] : []),
  ];
}

function wrongWithAnswer({ status, headers, body }: RawAnswer): string[] {
  if (status >= 500) return [`status ${status}: ${body.slice(0, 200)}`];
  if (INTERNAL.test(body)) return [`something internal in the answer: ${body.slice(0, 300)}`];
  if (status < 400 || body === '') return status >= 400 ? withoutBody(status, headers) : [];
  const type = headers.get('content-type') ?? '';
  // A person is told on a page.
  if (type.startsWith('text/html')) return [];
  if (!type.startsWith('application/json')) return [`an error of the type ${type}`];
  return wrongWithError(body);
}

function withoutBody(status: number, headers: ReadonlyMap<string, string>): string[] {
  // To HEAD, which a page refuses as well, for its GET has consequences.
  const isHead = headers.has('content-type') || (status === 405 && headers.has('allow'));
  return isHead || BY_NODE.includes(status) ? [] : [`status ${status} without a word`];
}

function wrongWithError(body: string): string[] {
  const { error, ...others } = JSON.parse(body) as Record<string, unknown>;
  const isKnown = Object.hasOwn(ERROR_STATUS, String(error)) || BY_HOST.includes(String(error));
  const members = Object.keys(others).filter((name) => name !== 'error_description');
  return [
    ...(isKnown ? [] : [`an error that nobody knows: ${String(error)}`]),
    ...(members.length > 0 ? [`an error that says more: ${members.join()}`] : []),
    ...(body.includes(MARK) ? ['an error that repeats what was sent'] : []),
  ];
}

/** What kind of conversation it was: cases of one kind need not all be kept. */
export function kindOf({ answers, rest }: Spoken, wrote: boolean): string {
  const errors = answers.map(({ status, body }) => {
    const [, error = ''] = /"error":"(\w+)"/.exec(body) ?? [];
    const [, why = ''] = /"error_description":"([^"]*)"/.exec(body) ?? [];
    return `${status} ${error} ${why}`;
  });
  return JSON.stringify([[...new Set(errors)].sort(), rest === '', wrote]);
}
