import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesRegisteredRedirectUri } from '../../lib/protocol/redirect-uri-match.ts';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { mayAnswerAt } from './redirect-uri-oracle.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

/** What some client may register, though not each kind of client could, by the rules of today. */
const registrable = honestUri.filter((uri) =>
  isAcceptableRedirectUri(uri, { ownEndpoints: [], confidential: false }),
);

/** What a client has registered, and an address that is one of these or close to one. */
const request = fc
  .record({
    confidential: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    registered: fc.uniqueArray(registrable, { minLength: 1, maxLength: 3 }),
  })
  .chain(({ confidential, registered }) => {
    const one = fc.constantFrom(...registered);
    return fc.record({
      confidential: fc.constant(confidential),
      registered: fc.constant(registered),
      asked: fc.oneof({ weight: 6, arbitrary: nearMissOf(one) }, one, honestUri, fc.string()),
    });
  });

describe('any redirect URI of a request', () => {
  it('is answered at exactly when the description says so (URI-01, URI-06, URI-08, URI-13, D115-D121)', () => {
    fc.assert(
      fc.property(request, ({ asked, registered, confidential }) => {
        const matches = matchesRegisteredRedirectUri(asked, registered, { confidential });
        expect(matches).toBe(mayAnswerAt(asked, registered, confidential));
      }),
      runs(4000),
    );
  });

  it('that matches leads to the machine, the path and the query of a registered one', () => {
    const place = (uri: string): string => {
      const { protocol, username, hostname, pathname, search, hash } = new URL(uri);
      return JSON.stringify([protocol, username, hostname, pathname, search, hash]);
    };
    fc.assert(
      fc.property(request, ({ asked, registered, confidential }) => {
        if (!matchesRegisteredRedirectUri(asked, registered, { confidential })) return;
        expect(registered.map(place)).toContain(place(asked));
      }),
      runs(800),
    );
  });

  it('is judged by each registered one alone, in whatever order they stand', () => {
    fc.assert(
      fc.property(request, ({ asked, registered, confidential }) => {
        const matches = (uris: string[]): boolean =>
          matchesRegisteredRedirectUri(asked, uris, { confidential });
        const all = matches(registered);
        expect(matches([...registered].reverse())).toBe(all);
        expect(registered.some((uri) => matches([uri]))).toBe(all);
        expect(matches([])).toBe(false);
      }),
      runs(300),
    );
  });
});
