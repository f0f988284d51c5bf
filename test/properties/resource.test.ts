import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { comparableResource, findResource, resolveResource } from '../../lib/protocol/resource.ts';
import { path } from './characters.ts';
import { runs } from './runs.ts';

const ISSUER = 'https://auth.example.com/tenant';

const host = fc.oneof(fc.domain(), fc.constantFrom('localhost', '127.0.0.1', '[::1]', 'a.example'));

interface Place {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const place: fc.Arbitrary<Place> = fc.record({
  scheme: fc.constantFrom('http', 'https'),
  name: host,
  port: fc.constantFrom('', ':8080', ':3000'),
  path,
  query: fc.constantFrom('', '', '?a=1', '?A=/'),
});

const written = ({ scheme, name, port, path: rest, query }: Place): string =>
  `${scheme}://${name}${port}${rest}${query}`;

/** The same place, spelled as clients do. */
const spelling = fc.record({
  schemeCase: fc.boolean(),
  hostCase: fc.boolean(),
  defaultPort: fc.boolean(),
  slash: fc.boolean(),
});

function respelled(
  { scheme, name, port, path: rest, query }: Place,
  how: { schemeCase: boolean; hostCase: boolean; defaultPort: boolean; slash: boolean },
): string {
  const standard = scheme === 'http' ? ':80' : ':443';
  return [
    how.schemeCase ? scheme.toUpperCase() : scheme,
    '://',
    how.hostCase ? name.toUpperCase() : name,
    port === '' && how.defaultPort ? standard : port,
    rest,
    how.slash ? '/' : '',
    query,
  ].join('');
}

describe('any resource', () => {
  it('is found in every spelling that clients use for it, and answered in the configured one', () => {
    fc.assert(
      fc.property(place, spelling, spelling, (where, how, other) => {
        const [asked, configured] = [respelled(where, how), respelled(where, other)];
        expect(comparableResource(asked)).toBe(comparableResource(written(where)));
        expect(findResource(asked, ['https://other.example/', configured])).toBe(configured);
      }),
      runs(300),
    );
  });

  it('is not found for another place', () => {
    const places = fc.tuple(
      place,
      place,
      fc.constantFrom('scheme', 'name', 'port', 'path', 'query'),
    );
    fc.assert(
      fc.property(places, spelling, ([one, other, part], how) => {
        const asked = { ...one, [part]: other[part] };
        fc.pre(written(asked).toLowerCase() !== written(one).toLowerCase());
        expect(findResource(respelled(asked, how), [written(one)])).toBeUndefined();
      }),
      runs(300),
    );
  });

  it.each([
    { name: 'more than one slash at its end', change: (url: string) => `${url}//` },
    { name: 'another case in its path', change: (url: string) => url.replace(/x$/, 'X') },
    { name: 'a longer path', change: (url: string) => `${url}/more` },
    { name: 'a fragment', change: (url: string) => `${url}#` },
    { name: 'a user', change: (url: string) => url.replace('://', '://user@') },
    { name: 'a query', change: (url: string) => `${url}?a=1` },
    { name: 'an encoded letter', change: (url: string) => url.replace(/x$/, '%78') },
  ])('is not found with $name', ({ change }) => {
    fc.assert(
      fc.property(place, (where) => {
        const url = written({ ...where, path: `${where.path}/x`, query: '' });
        expect(findResource(change(url), [url])).toBeUndefined();
      }),
      runs(50),
    );
  });

  it('is at the origin of the issuer when it is a path, and itself when it is a URL', () => {
    fc.assert(
      fc.property(place, path, (where, rest) => {
        expect(resolveResource(written(where), ISSUER)).toBe(written(where));
        expect(resolveResource(`/x${rest}`, ISSUER)).toBe(`https://auth.example.com/x${rest}`);
      }),
      runs(100),
    );
  });
});
