/** Asking one host of the tests, and what comes of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { createGetJson } from '../../lib/outbound/get-json.ts';
import type { JsonAnswer, Outside } from '../../lib/outbound/port.ts';
import { startDocumentHost, type DocumentHost } from '../support/document-host.ts';

export const LIMITS = { maxBytes: 5 * 1024 };
export const JSON_TYPE = { 'content-type': 'application/json' };

export interface Asking {
  readonly host: () => DocumentHost;
  readonly get: (url: string, outside?: Partial<Outside>) => Promise<JsonAnswer>;
}

/** A host for all tests of a file. */
export function asking(): Asking {
  let host: DocumentHost;
  beforeAll(async () => {
    host = await startDocumentHost();
  });
  afterAll(() => host.close());
  afterEach(() => {
    host.requests.length = 0;
    host.resolved.length = 0;
  });
  return {
    host: () => host,
    get: (url, outside = {}) => createGetJson({ ...host.outside, ...outside })(url, LIMITS),
  };
}

/** What went wrong; fails when nothing did. */
export async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  const thrown: unknown = await asked.then(
    (value) => expect(value).toBe('a failure'),
    (error: unknown) => error,
  );
  expect(thrown).toMatchObject({ name: 'FetchFailedError' });
  return (thrown as { failure: unknown }).failure;
}

/** An answer, and what becomes of it. */
export interface Odd {
  readonly name: string;
  readonly how: (req: IncomingMessage, res: ServerResponse) => void;
  readonly want?: string;
}

export const body =
  (content: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Odd['how'] =>
  (_req, res) => {
    res.writeHead(200, { ...JSON_TYPE, ...headers }).end(content);
  };
