import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import { anyText } from './characters.ts';
import { anyJson, METADATA_NAMES, objectWith } from './hostile.ts';
import type { Answered } from './oauth-answer.ts';
import { mayAnswerAt } from './redirect-uri-oracle.ts';
import { honestUri, nearMissOf } from './redirect-uris.ts';
import { expectRegistrationAnswer } from './registration-answer.ts';
import { runs } from './runs.ts';

const RIGHT = {
  redirect_uris: ['https://app.example.com/cb'],
  token_endpoint_auth_method: 'none',
};

const { app, log } = createTestApp({ options: { baselineClientScopes: ['openid'] } });

/** As text, for that is what a stranger sends. */
async function registerText(text: string): Promise<Answered> {
  return supertest(app).post('/oauth/register').type('application/json').send(text);
}

/** As of any server; and a client has the baseline. */
function expectAnswer(answer: Answered): ReturnType<typeof expectRegistrationAnswer> {
  const registered = expectRegistrationAnswer(answer);
  if (registered) expect(registered.scope.split(' ')).toContain('openid');
  return registered;
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
        const kept = expectAnswer(answer)?.redirect_uris;
        if (kept === undefined) return;
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
        const kept = expectAnswer(answer)?.client_name;
        if (kept !== undefined) expect(kept).toBe(client_name.trim());
      }),
      runs(80),
    );
  });
});
