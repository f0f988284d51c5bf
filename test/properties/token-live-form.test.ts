import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import { registeredConfidential, WEB_REDIRECT_URI } from '../support/confidential.ts';
import { createPkce, obtainCode, registeredClientId, REDIRECT_URI } from '../support/flow.ts';
import { MARK, MEMBER_NAMES, pairsWith, TOKEN_NAMES } from './hostile.ts';
import { expectOAuthRefusal, type Answered } from './oauth-answer.ts';
import { runs } from './runs.ts';
import { SCOPE, type Attempt, type Holder } from './token-request-parts.ts';
import { REQUESTS, type Request } from './token-requests.ts';

const { app, log } = createTestApp();

type Client = Pick<Holder, 'client_id' | 'client_secret' | 'redirect_uri'>;

/** Two public ones and two with a secret. */
const KINDS = ['public', 'public', 'confidential', 'confidential'] as const;
const clients = new Map<number, Client>();

beforeAll(async () => {
  for (const [index, kind] of KINDS.entries())
    clients.set(
      index,
      kind === 'public'
        ? { client_id: await registeredClientId(app), redirect_uri: REDIRECT_URI }
        : { ...(await registeredConfidential(app)), redirect_uri: WEB_REDIRECT_URI },
    );
});

function clientAt(index: number): Client {
  const client = clients.get(index);
  if (!client) throw new Error('no such client');
  return client;
}

/** One of the clients, with a code that alice approved and nobody has used. */
async function holderOf(index: number): Promise<Holder> {
  const client = clientAt(index);
  const { client_id, redirect_uri } = client;
  const pkce = createPkce();
  const code = await obtainCode(app, client_id, pkce, { redirect_uri, scope: SCOPE });
  // The other of its kind.
  const other = clientAt(index ^ 1);
  return { ...client, ...pkce, code, other, isRedeemed: false, refresh_token: undefined };
}

/** What means nothing at the token endpoint, however often it comes. */
const harmless = fc.array(
  fc.tuple(
    fc.constantFrom(...MEMBER_NAMES, 'state', 'audience', 'scope[]', MARK),
    fc.constantFrom(MARK, '', 'null'),
  ),
  { maxLength: 3 },
);
const noise = fc.oneof(
  { weight: 4, arbitrary: harmless.map((pairs) => ({ pairs, isHarmless: true })) },
  pairsWith(TOKEN_NAMES, 2).map((pairs) => ({ pairs, isHarmless: false })),
);

/** Some for a code, one of them right at the end, and then some for refresh tokens. */
const story = fc.nat(KINDS.length - 1).chain((client) => {
  const { code, token } = REQUESTS[KINDS[client] ?? 'public'];
  const some = (request: fc.Arbitrary<Request>): fc.Arbitrary<Request[]> =>
    fc.array(request, { minLength: 1, maxLength: 7 });
  const requests = fc
    .tuple(some(code.any), code.right, some(token.any))
    .map(([before, right, after]) => [...before, right, ...after]);
  return fc.record({
    client: fc.constant(client),
    requests: requests.chain((all) =>
      fc.tuple(...all.map((one) => fc.tuple(fc.constant(one), noise))),
    ),
  });
});

async function send(
  { pairs, header }: Attempt,
  more: readonly (readonly [string, string])[],
): Promise<Answered> {
  const form = new URLSearchParams();
  for (const [name, value] of [...pairs, ...more]) form.append(name, value);
  const sent = supertest(app).post('/oauth/token').type('form');
  if (header !== undefined) sent.set('Authorization', header);
  return sent.send(form.toString());
}

/** RFC 6749 §5.1, and nothing beside it. */
function expectTokens({ headers, text, body }: Answered): { refresh_token: string } {
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
  const { scope = '' } = Object(body) as { scope?: string };
  const hasOpenid = scope.split(' ').includes('openid');
  expect(body).toEqual({
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: expect.stringMatching(/^(?:(?:openid|offline_access|profile)(?: (?!$)|$))+$/),
    refresh_token: expect.stringMatching(/^[\w-]{22}\.[1-9]\d*\.[\w-]{43}$/),
    ...(hasOpenid && { id_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) }),
  });
  expect(JSON.stringify(headers) + text).not.toContain(MARK);
  return body as { refresh_token: string };
}

describe('POST /oauth/token, with credentials that exist', () => {
  it('gives tokens exactly when every part of the request is right, and repeats nothing of it', async () => {
    let given = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ client, requests }) => {
        const holder = await holderOf(client);
        for (const [make, { pairs, isHarmless }] of requests) {
          const attempt = make(holder);
          const answer = await send(attempt, pairs);
          expect(log.at('error')).toEqual([]);
          const { client_secret = MARK, code_verifier, code } = holder;
          for (const secret of [client_secret, code_verifier, code, holder.refresh_token ?? MARK])
            expect(JSON.stringify(answer.headers) + answer.text).not.toContain(secret);
          if (isHarmless) expect({ ...attempt, fits: answer.status === 200 }).toEqual(attempt);
          if (answer.status !== 200) {
            expectOAuthRefusal(answer);
            continue;
          }
          holder.refresh_token = expectTokens(answer).refresh_token;
          holder.isRedeemed = true;
          given += 1;
        }
      }),
      runs(110),
    );
    expect(given).toBeGreaterThan(10);
  });
});
