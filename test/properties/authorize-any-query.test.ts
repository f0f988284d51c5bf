import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestApp } from '../support/app.ts';
import { expectPage, returnLink } from '../http/support/expect.ts';
import { send } from '../http/support/send.ts';
import { registeredClientId } from '../support/flow.ts';
import { AUTHORIZE_NAMES, MARK, markedText, mixed, pairsWith } from './hostile.ts';
import { mayAnswerAt } from './redirect-uri-oracle.ts';
import { nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

/** Three clients, and where each may be answered. */
const CLIENTS = [
  ['http://127.0.0.1/cb'],
  ['https://app.example.com/cb'],
  ['com.example.app://cb?a=1', 'http://localhost:8080/callback', 'https://app.example.com/other'],
].map((redirect_uris, index) => ({ name: `client-${String(index)}`, redirect_uris }));

const { app, log, issuer } = createTestApp();
const ids = new Map<string, string>();

beforeAll(async () => {
  for (const { name, redirect_uris } of CLIENTS)
    ids.set(name, await registeredClientId(app, { redirect_uris }));
});

type Pairs = [name: string, value: string][];

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const RIGHT: Pairs = [
  ['response_type', 'code'],
  ['code_challenge', CHALLENGE],
  ['code_challenge_method', 'S256'],
  ['scope', 'openid'],
  ['state', MARK],
];

/** Proofs that are none, or said in more ways than one, in a request that is right otherwise. */
const nearlyProven = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.tuple(
          fc.constant('code_challenge'),
          fc.constantFrom(
            ...[CHALLENGE, `${CHALLENGE}A`, CHALLENGE.slice(1), `${CHALLENGE.slice(1)}=`, ''],
            ...[`${CHALLENGE.slice(1)}.`, `${CHALLENGE.slice(1)}+`, `${CHALLENGE}\n`, MARK],
          ),
        ),
        fc.tuple(
          fc.constant('code_challenge_method'),
          fc.constantFrom('S256', 's256', 'plain', 'S256 ', 'S512', '', MARK),
        ),
      ),
      { minLength: 1, maxLength: 2 },
    ),
    fc.boolean(),
  )
  .map(([more, beside]): Pairs => (beside ? [...RIGHT, ...more] : mixed(RIGHT, more)));

const request = fc.constantFrom(...CLIENTS).chain((client) => {
  const uri = fc.constantFrom(...client.redirect_uris);
  const redirectUri = fc.oneof(
    { weight: 4, arbitrary: uri },
    { weight: 3, arbitrary: nearMissOf(uri) },
    markedText,
  );
  const who: fc.Arbitrary<Pairs> = fc
    .tuple(redirectUri, fc.nat(9))
    .map(([redirect_uri, kind]) => [
      ...(kind === 0 ? [] : ([['client_id', client.name]] as Pairs)),
      ...(kind === 1 ? [] : ([['redirect_uri', redirect_uri]] as Pairs)),
    ]);
  const what = fc.oneof(
    fc.constant(RIGHT),
    { weight: 2, arbitrary: nearlyProven },
    pairsWith(AUTHORIZE_NAMES, 3).map((more) => mixed(RIGHT, more)),
    fc.shuffledSubarray(RIGHT),
    pairsWith(AUTHORIZE_NAMES),
    fc.tuple(fc.shuffledSubarray(RIGHT), pairsWith(AUTHORIZE_NAMES)).map((lists) => lists.flat()),
  );
  const odd = fc.constantFrom('', '&', '&%', '&%zz=%ff', '&=', '&%00=%0d%0a', '&?');
  return fc.record({
    client: fc.constant(client),
    pairs: fc.tuple(who, what).map((lists) => lists.flat()),
    odd,
    person: fc.boolean(),
    post: fc.boolean(),
  });
});

/** The characters of an error and of its description (RFC 6749 §4.1.2.1). */
const PRINTED = /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/;

/** Where this request may be answered, worked out from what was sent. */
function placesOf(pairs: Pairs, registered: readonly string[]): string[] {
  const asked = pairs.filter(([name, value]) => name === 'redirect_uri' && value !== '');
  const [one, ...more] = asked.map(([, value]) => value);
  if (more.length > 0) return [];
  if (one !== undefined) return mayAnswerAt(one, registered, false) ? [one] : [];
  return registered.length === 1 ? [...registered] : [];
}

/** RFC 7636 §4.3, with the one method that there is: said once, and with a challenge that can be one. */
function expectProofAskedFor(pairs: Pairs): void {
  const said = (wanted: string): string[] =>
    pairs.filter(([name, value]) => name === wanted && value !== '').map(([, value]) => value);
  expect(said('response_type')).toEqual(['code']);
  expect(said('code_challenge_method')).toEqual(['S256']);
  expect(said('code_challenge')).toEqual([expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)]);
}

function expectAnswerAt(url: string, places: readonly string[]): void {
  const place = places.find((uri) => url.startsWith(uri));
  expect({ url, place }).toEqual({ url, place: expect.any(String) });
  expect(url.charAt(place?.length ?? 0)).toMatch(/[?&]/);
  const { searchParams } = new URL(url);
  expect(searchParams.getAll('iss')).toEqual([issuer]);
  for (const name of ['error', 'error_description']) {
    expect(searchParams.getAll(name)).toEqual([expect.stringMatching(PRINTED)]);
  }
  expect(searchParams.has('error_uri')).toBe(false);
  expect(searchParams.has('code')).toBe(false);
}

describe('/oauth/authorize, asked anything', () => {
  it('leads to the login, to consent or to a registered redirect URI, and nowhere else (URI-01, URI-03, AUTHZ-23)', async () => {
    const short = request.filter(
      ({ pairs, odd }) => new URLSearchParams(pairs).toString().length + odd.length < 8000,
    );
    let begun = 0;
    await fc.assert(
      fc.asyncProperty(short, async ({ client, pairs, odd, person, post }) => {
        const id = ids.get(client.name) ?? '';
        const sent: Pairs = pairs.map(([name, value]) => [name, value.replace(client.name, id)]);
        const query = new URLSearchParams(sent).toString() + odd;
        const headers = { ...(person && { Cookie: 'person=alice' }) };
        const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
        const answer = post
          ? await send(app, 'POST', '/oauth/authorize', {
              headers: { ...headers, ...type },
              body: query,
            })
          : await send(app, 'GET', `/oauth/authorize?${query}`, { headers });

        expect(log.at('error')).toEqual([]);
        const places = placesOf(pairs, client.redirect_uris);
        const { location, 'set-cookie': cookies, ...others } = answer.headers;
        expect(JSON.stringify([others, cookies])).not.toContain(MARK);
        expect(answer.text).not.toMatch(/<img|<script/i);
        expect(answer.text.replace(/href="[^"]*"/g, '')).not.toContain(MARK);
        if (location === undefined) {
          expect(answer.status).toBe(400);
          expectPage(answer);
          const link = returnLink(answer.text);
          if (link !== undefined) expectAnswerAt(link.href, places);
        } else if (/^\/(?:login|oauth\/consent)\?/.test(location)) {
          expect(answer.status).toBe(post ? 303 : 302);
          expect(places).toHaveLength(1);
          expectProofAskedFor(pairs);
          begun += 1;
        } else {
          expect(answer.status).toBe(303);
          expectAnswerAt(location, places);
        }
      }),
      runs(400),
    );
    expect(begun).toBeGreaterThan(10);
  });
});
