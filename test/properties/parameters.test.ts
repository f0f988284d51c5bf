import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OAuthError } from '../../lib/protocol/errors.ts';
import { Parameters } from '../../lib/protocol/parameters.ts';
import { refusalOf } from '../protocol/refusal.ts';
import { anyText } from './characters.ts';
import { runs } from './runs.ts';

const NAMES = ['scope', 'state', 'client_id', 'resource', '__proto__', 'constructor', 'a b', '&='];

const name = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NAMES) }, fc.string());
const value = fc.oneof(
  fc.constant(''),
  fc.constantFrom('a', 'b', '+', '%41', 'a=b&c'),
  fc.string(),
);
/** Few names and few values, so that the same come again and again. */
const repeated = fc.array(
  fc.tuple(fc.constantFrom('scope', 'state'), fc.constantFrom('a', 'b', '')),
  { maxLength: 6 },
);
const pairs = fc.oneof(
  { weight: 2, arbitrary: fc.array(fc.tuple(name, value), { maxLength: 12 }) },
  repeated,
);

/** What was sent under a name with a value, in its order. */
const sent = (all: readonly (readonly [string, string])[], wanted: string): string[] =>
  all.filter(([key, text]) => key === wanted && text !== '').map(([, text]) => text);

describe('any parameters', () => {
  it('come back from their encoding, but for those without a value', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const parameters = Parameters.fromEncoded(new URLSearchParams(given).toString());
        for (const wanted of [...NAMES, ...given.map(([key]) => key)])
          expect(parameters.all(wanted)).toEqual(sent(given, wanted));
      }),
      runs(300),
    );
  });

  it('are the same when they are written and read again', () => {
    const query = fc.oneof(
      anyText(),
      fc.webQueryParameters(),
      pairs.map((given) => new URLSearchParams(given).toString()),
    );
    fc.assert(
      fc.property(query, (encoded) => {
        const written = Parameters.fromEncoded(encoded).toString();
        expect(Parameters.fromEncoded(written).toString()).toBe(written);
        for (const wanted of new URLSearchParams(encoded).keys())
          expect(Parameters.fromEncoded(written).all(wanted)).toEqual(
            Parameters.fromEncoded(encoded).all(wanted),
          );
      }),
      runs(300),
    );
  });

  it('have one value, none, or are refused by name, and the values are not repeated', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom('scope', 'state', ...NAMES), (given, wanted) => {
        const parameters = Parameters.fromEncoded(new URLSearchParams(given).toString());
        const values = sent(given, wanted);
        if (values.length > 1) {
          expect(refusalOf(() => parameters.get(wanted))).toEqual({
            error: 'invalid_request',
            error_description: `the parameter ${wanted} was given more than once`,
          });
        } else expect(parameters.get(wanted)).toBe(values[0]);
      }),
      runs(300),
    );
  });

  it('are the same whether we read them or a parser of the host has', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const lists = new Map<string, string[]>();
        for (const [key, text] of given) lists.set(key, [...(lists.get(key) ?? []), text]);
        // As express.urlencoded does it: one value is a text, several are a list.
        const body = Object.fromEntries(
          Array.from(lists, ([key, texts]) => [key, texts.length === 1 ? texts[0] : texts]),
        );
        const [ours, theirs] = [
          Parameters.fromEncoded(new URLSearchParams(given).toString()),
          Parameters.fromParsed(body),
        ];
        for (const key of [...NAMES, ...lists.keys()])
          expect(theirs.all(key)).toEqual(ours.all(key));
      }),
      runs(300),
    );
  });

  it('are texts, or lists of texts, of the body itself, whatever else a parser has put there', () => {
    const anything = fc.anything({ withNullPrototype: true, withObjectString: true, maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(name, anything), (body) => {
        const parameters = Parameters.fromParsed(body);
        for (const key of NAMES) {
          const own: unknown = Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
          const items: unknown[] = Array.isArray(own) ? own : [own];
          const texts = items.filter((item) => typeof item === 'string' && item !== '');
          expect(parameters.all(key)).toEqual(texts);
        }
      }),
      runs(300),
    );
  });

  it('are refused when there are more than a thousand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 900, max: 1100 }), name, (count, key) => {
        const encoded = new URLSearchParams(
          Array.from({ length: count }, (): [string, string] => [key, 'x']),
        ).toString();
        const read = (): unknown => Parameters.fromEncoded(encoded);
        if (count > 1000) expect(read).toThrow(OAuthError);
        else expect(read).not.toThrow();
      }),
      runs(20),
    );
  });
});
