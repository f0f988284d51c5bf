import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import supertest from 'supertest';
import { parseScope } from '../../lib/protocol/scope.ts';
import { createTestApp } from '../support/app.ts';
import { anyText } from './characters.ts';
import { anyJson, MARK, METADATA_NAMES, objectWith } from './hostile.ts';
import { expectOAuthRefusal, type Answered } from './oauth-answer.ts';
import { mayAnswerAt } from './redirect-uri-oracle.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { runs } from './runs.ts';

const RIGHT = {
  redirect_uris: ['https://app.example.com/cb'],
  token_endpoint_auth_method: 'none',
};

/** What an answer may have; each means something to a client (RFC 7591 §3.2.1, RFC 7592 §3). */
const MEMBER =
  /^(?:client_(?:id|id_issued_at|secret|secret_expires_at|name|uri)|registration_(?:access_token|client_uri)|redirect_uris|token_endpoint_auth_method|grant_types|response_types|scope|logo_uri|tos_uri|policy_uri|software_(?:id|version)|application_type|contacts|jwks|jwks_uri|(?:client_name|client_uri|logo_uri|tos_uri|policy_uri)#[A-Za-z0-9-]+)$/;

const { app, log } = createTestApp({ options: { baselineClientScopes: ['openid'] } });

/** As text, for that is what a stranger sends. */
async function registerText(text: string): Promise<Answered> {
  return supertest(app).post('/oauth/register').type('application/json').send(text);
}

/** Registered, or refused as OAuth does it. */
function expectAnswer(answer: Answered): void {
  if (answer.status !== 201) {
    const error = expectOAuthRefusal(answer);
    expect(['invalid_client_metadata', 'invalid_redirect_uri', 'invalid_request']).toContain(error);
    return;
  }
  const { headers, body } = answer as { headers: unknown; body: Record<string, unknown> };
  expect(headers).toMatchObject({
    'content-type': expect.stringMatching(/^application\/json/),
    'cache-control': 'no-store',
  });
  expect(JSON.stringify(headers)).not.toContain(MARK);
  expect(Object.keys(body).filter((name) => !MEMBER.test(name))).toEqual([]);
  expect(body['client_id']).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  expect(parseScope(String(body['scope']))).toContain('openid');
  const isPublic = body['token_endpoint_auth_method'] === 'none';
  expect(Object.hasOwn(body, 'client_secret') && isPublic).toBe(false);
}

describe('POST /oauth/register', () => {
  it.each([
    { name: 'any value', count: 50, value: anyJson },
    { name: 'any members', count: 50, value: objectWith(METADATA_NAMES) },
    {
      name: 'any members beside right ones',
      count: 100,
      value: objectWith(METADATA_NAMES).map((members) => ({ ...RIGHT, ...members })),
    },
    {
      name: 'one member of any kind among right ones',
      count: 100,
      value: fc
        .tuple(fc.constantFrom(...METADATA_NAMES), anyJson)
        .map(([name, value]) => ({ ...RIGHT, [name]: value })),
    },
  ])(
    'registers a client or says what is wrong with $name, and repeats none of it',
    async ({ value, count }) => {
      const json = value.map((given) => JSON.stringify(given));
      await fc.assert(
        fc.asyncProperty(json, async (text) => {
          expectAnswer(await registerText(text));
          expect(log.at('error')).toEqual([]);
          expect(Object.keys(Object.prototype)).toEqual([]);
        }),
        runs(count),
      );
    },
  );

  it('registers the redirect URIs as they were sent, or none of them', async () => {
    const uris = fc.array(fc.oneof(honestUri, nearMissOf(honestUri)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(uris, async (redirect_uris) => {
        const answer = await registerText(JSON.stringify({ ...RIGHT, redirect_uris }));
        expectAnswer(answer);
        if (answer.status !== 201) return;
        const kept = (answer.body as { redirect_uris: string[] }).redirect_uris;
        expect(kept).toEqual([...new Set(redirect_uris)]);
        for (const uri of kept) expect(mayAnswerAt(uri, kept, false)).toBe(true);
      }),
      runs(80),
    );
  });

  it('registers a client under a name of any kind as it was sent, or refuses it', async () => {
    const name = fc.oneof(fc.string({ unit: 'grapheme' }), anyText());
    await fc.assert(
      fc.asyncProperty(name, async (client_name) => {
        const answer = await registerText(JSON.stringify({ ...RIGHT, client_name }));
        expectAnswer(answer);
        if (answer.status !== 201) return;
        const kept = (answer.body as { client_name?: string }).client_name;
        if (kept !== undefined) expect(kept).toBe(client_name.trim());
      }),
      runs(80),
    );
  });
});
