import { describe, expect, it } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { matchesRegisteredRedirectUri } from '../../lib/protocol/redirect-uri-match.ts';
import { isAcceptableRedirectUri } from '../../lib/protocol/redirect-uri.ts';
import { anyText, path, segment } from './characters.ts';
import { mayBeRegistered, spellings } from './redirect-uri-oracle.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';
import { SERVERS, takenScheme, unfitUri } from './unfit-uris.ts';

const RESPONSE_PARAMETERS = ['code', 'state', 'iss', 'error'];

const responseParameter: Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', 'a=1&', 'a&'),
    fc.constantFrom(...RESPONSE_PARAMETERS, 'c%6fde', '%63ode', 'st%61te', 'i%73s'),
    fc.constantFrom('', '=', '=x', '=&b=1'),
  )
  .map((parts) => parts.join(''));

const withResponseParameter = fc
  .tuple(honestUri, responseParameter)
  .map(([uri, query]) => `${uri}${uri.includes('?') ? '&' : '?'}${query}`);

const anyUri: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: honestUri },
  { weight: 5, arbitrary: nearMissOf(honestUri) },
  { weight: 5, arbitrary: unfitUri },
  { weight: 2, arbitrary: nearMissOf(unfitUri) },
  withResponseParameter,
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  anyText(),
);

const context = fc.record({
  ownEndpoints: fc.constantFrom(...SERVERS),
  confidential: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
});

/** A URI that may be registered, and by which kind of client. */
const accepted = fc
  .record({ uri: anyUri, context })
  .filter(({ uri, context }) => isAcceptableRedirectUri(uri, context));

describe('any redirect URI', () => {
  it('may be registered exactly when the description says so (URI-05, URI-06, URI-11, URI-18)', () => {
    fc.assert(
      fc.property(anyUri, context, (uri, given) => {
        expect({ uri, is: isAcceptableRedirectUri(uri, given) }).toEqual({
          uri,
          is: mayBeRegistered(uri, given),
        });
      }),
      runs(8000),
    );
  });
});

describe('every redirect URI that may be registered', () => {
  it('is read by the URL parser as it is written, but for an empty path and the case of a loopback host', () => {
    fc.assert(
      fc.property(accepted, ({ uri }) => {
        expect(spellings(uri)).toContain(new URL(uri).href);
      }),
      runs(400),
    );
  });

  it('has no fragment, no user info, no response parameter and nothing but the characters of a URI (URI-11, URI-18)', () => {
    fc.assert(
      fc.property(accepted, ({ uri }) => {
        const { username, password, hash, searchParams } = new URL(uri);
        expect({ username, password, hash }).toEqual({ username: '', password: '', hash: '' });
        expect(RESPONSE_PARAMETERS.filter((name) => searchParams.has(name))).toEqual([]);
        expect(uri).toMatch(/^[!-~]+$/);
        expect(uri).not.toMatch(/[#\\"<>^`{|}*]/);
        expect(uri).not.toMatch(/^[^/?]*:\/\/[^/?]*@/);
      }),
      runs(400),
    );
  });

  it('is https, or of a public client on its own machine or in its own scheme (URI-05, URI-06)', () => {
    fc.assert(
      fc.property(accepted, ({ uri, context: { confidential } }) => {
        const { protocol, hostname } = new URL(uri);
        if (confidential) expect(protocol).toBe('https:');
        if (protocol === 'http:') expect(['localhost', '127.0.0.1', '[::1]']).toContain(hostname);
        else if (protocol !== 'https:') expect(uri).toMatch(/^[a-z][a-z0-9+-]*(?:\.|:\/\/)/);
      }),
      runs(150),
    );
  });

  it('is none of our own endpoints', () => {
    fc.assert(
      fc.property(accepted, ({ uri, context: { ownEndpoints } }) => {
        const { origin, pathname } = new URL(uri);
        expect(ownEndpoints).not.toContain(`${origin}${pathname}`);
        const [issuer] = ownEndpoints.map((endpoint) => new URL(endpoint).origin);
        expect(`${origin}${pathname}`.startsWith(`${String(issuer)}/.well-known/`)).toBe(false);
      }),
      runs(200),
    );
  });

  it('matches itself', () => {
    fc.assert(
      fc.property(accepted, ({ uri, context: by }) => {
        expect(matchesRegisteredRedirectUri(uri, [uri], by)).toBe(true);
      }),
      runs(150),
    );
  });

  it('may also be registered by a public client', () => {
    fc.assert(
      fc.property(accepted, ({ uri, context: by }) => {
        expect(isAcceptableRedirectUri(uri, { ...by, confidential: false })).toBe(true);
      }),
      runs(150),
    );
  });
});

describe('a redirect URI', () => {
  it('may be registered when it is https with a name, a plain path and a plain query', () => {
    const query = fc.option(segment);
    fc.assert(
      fc.property(fc.domain(), path, query, context, (host, rest, a, by) => {
        const uri = `https://${host}${rest}${a === null ? '' : `?a=${a}`}`;
        expect(isAcceptableRedirectUri(uri, by)).toBe(true);
      }),
      runs(150),
    );
  });

  it('may not be registered with a scheme of the browser or the system, with an authority or bare', () => {
    const rest = fc.constantFrom('://x/cb', '://', ':/x', ':x', '://localhost/cb', '://x.example');
    fc.assert(
      fc.property(takenScheme, rest, context, (scheme, behind, by) => {
        expect(isAcceptableRedirectUri(`${scheme}${behind}`, by)).toBe(false);
      }),
      runs(1500),
    );
  });

  it('may not be registered with a response parameter, however it is written (URI-18)', () => {
    fc.assert(
      fc.property(withResponseParameter, (uri) => {
        expect(isAcceptableRedirectUri(uri, { ownEndpoints: [], confidential: false })).toBe(false);
      }),
      runs(150),
    );
  });
});
