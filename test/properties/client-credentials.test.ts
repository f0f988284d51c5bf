import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  parseClientCredentials,
  type ClientCredentials,
} from '../../lib/protocol/client-authentication.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { refusalOf } from '../protocol/refusal.ts';
import { basic, INVALID_CLIENT } from '../support/confidential.ts';
import { authorizationHeader } from './hostile.ts';
import { runs } from './runs.ts';

/** Any text that UTF-8 can hold, with much of what means something in a form or in the header. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('%', '+', ':', ' ', '=', '&', '%2', '\u00e9', '\ufeff', '\0', 'a', '4', 'F'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
});

/** An id that reads the same whether or not it is decoded, and that ends at its colon. */
const plainId = text.filter((id) => !/[:+]|%[0-9a-f]{2}/i.test(id));

const encoded = (value: string): string => new URLSearchParams([['', value]]).toString().slice(1);

function read(header: string | undefined, form: Record<string, string> = {}): ClientCredentials {
  return parseClientCredentials(header, Parameters.fromParsed(form));
}

describe('the id and the secret of any client', () => {
  it('come back from a header that has them form-encoded, as the specification asks (TOKEN-13)', () => {
    fc.assert(
      fc.property(text, text, (id, secret) => {
        const { client_id, secrets } = read(basic(`${encoded(id)}:${encoded(secret)}`));
        expect(client_id).toBe(id);
        // What was sent may also be a secret that nobody has encoded.
        expect([...secrets].sort()).toEqual([...new Set([secret, encoded(secret)])].sort());
      }),
      runs(400),
    );
  });

  it('come back from a header that has them as they are, as many clients send it (TOKEN-13)', () => {
    fc.assert(
      fc.property(plainId, text, (id, secret) => {
        const { client_id, secrets } = read(basic(`${id}:${secret}`));
        expect(client_id).toBe(id);
        expect(secrets).toContain(secret);
        expect(secrets.length).toBeLessThanOrEqual(/[%+]/.test(secret) ? 2 : 1);
      }),
      runs(400),
    );
  });

  it('come back from a form, in one reading', () => {
    fc.assert(
      fc.property(text, text, (client_id, client_secret) => {
        const form = { client_id, client_secret };
        expect(read(undefined, form)).toEqual({ client_id, secrets: [client_secret] });
        expect(read(undefined, { client_id })).toEqual({ client_id, secrets: [] });
      }),
      runs(100),
    );
  });

  it('are taken from a header beside the same id in the body, and refused beside another (TOKEN-05)', () => {
    fc.assert(
      fc.property(text, text, text, (id, secret, other) => {
        const header = basic(`${encoded(id)}:${encoded(secret)}`);
        expect(read(header, { client_id: id })).toEqual(read(header));
        fc.pre(other !== id);
        expect(refusalOf(() => read(header, { client_id: other }))).toEqual(INVALID_CLIENT);
      }),
      runs(200),
    );
  });

  it('are refused in a header of any kind with a secret in the body as well (RFC 6749 §2.3)', () => {
    const header = fc.oneof(
      authorizationHeader,
      fc.tuple(text, text).map((pair) => basic(pair.map(encoded).join(':'))),
    );
    fc.assert(
      fc.property(header, text, fc.option(text, { nil: '' }), (sent, client_secret, client_id) => {
        expect(refusalOf(() => read(sent, { client_id, client_secret }))).toEqual({
          error: 'invalid_request',
          error_description:
            'the client authenticates in the header and in the body; only one is allowed',
        });
      }),
      runs(200),
    );
  });

  it('are not in a header without a colon, without an id, of another scheme or with bytes that are no text', () => {
    const scheme = fc.constantFrom('Bearer', 'DPoP', 'Basics', 'Basic,', 'Digest');
    const badByte = fc.constantFrom(0xff, 0xfe, 0xc0, 0xf8).map((byte) => Buffer.from([byte]));
    const pair = fc.tuple(text, text).map((parts) => parts.map(encoded).join(':'));
    const unreadable = fc.oneof(
      text.map((id) => basic(encoded(id))),
      text.map((secret) => basic(`:${secret}`)),
      fc.tuple(scheme, pair).map(([other, both]) => basic(both).replace('Basic', other)),
      fc.tuple(pair, badByte).map(([both, bad]) => basic(Buffer.concat([Buffer.from(both), bad]))),
      pair.map((both) => `Basic ${both}`),
    );
    fc.assert(
      fc.property(unreadable, fc.constantFrom(undefined, 'id'), (header, client_id) => {
        const form = client_id === undefined ? {} : { client_id };
        expect(refusalOf(() => read(header, form))).toEqual(INVALID_CLIENT);
      }),
      runs(300),
    );
  });
});
