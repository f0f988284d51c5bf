import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  issuerPath,
  issuerProblem,
  wellKnownPath,
  wellKnownUrl,
} from '../../lib/protocol/issuer.ts';
import { anyText, path } from './characters.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

const origin = fc.oneof(
  fc.domain().map((host) => `https://${host}`),
  fc.constantFrom(
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://[::1]:8080',
    'https://a.b:1',
  ),
);
const right = fc.tuple(origin, path).map((parts) => parts.join(''));

describe('any text', () => {
  it('is no issuer, or one that has one spelling only and nothing in it that an issuer may not have', () => {
    const text = fc.oneof(
      nearMissOf(right),
      nearMissOf(honestUri),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      anyText(),
    );
    fc.assert(
      fc.property(text, (issuer) => {
        const problem = issuerProblem(issuer);
        if (problem !== undefined) {
          expect(problem).not.toBe('');
          return;
        }
        const { protocol, hostname, href } = new URL(issuer);
        expect([issuer, `${issuer}/`]).toContain(href);
        expect(issuer).not.toMatch(/[?#@\s\\]|\/$/);
        if (protocol !== 'https:') {
          expect(protocol).toBe('http:');
          expect(hostname).toMatch(/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/);
        }
      }),
      runs(800),
    );
  });
});

describe('any issuer', () => {
  it('that is written as it should be has no problem', () => {
    fc.assert(
      fc.property(right, (issuer) => {
        expect(issuerProblem(issuer)).toBeUndefined();
      }),
      runs(150),
    );
  });

  it('comes back from where its documents stand (RFC 8414 §3.1)', () => {
    fc.assert(
      fc.property(origin, path, (start, rest) => {
        const issuer = `${start}${rest}`;
        const name = 'oauth-authorization-server';
        expect(issuerPath(issuer)).toBe(rest);
        expect(wellKnownPath(name, issuer)).toBe(`/.well-known/${name}${rest}`);
        expect(wellKnownUrl(name, issuer).replace(`/.well-known/${name}`, '')).toBe(issuer);
      }),
      runs(150),
    );
  });
});
