import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import supertest from 'supertest';
import { createTestApp } from '../support/app.ts';
import { registeredClientId, REDIRECT_URI } from '../support/flow.ts';
import { authorizationHeader, MARK, markedText, mixed, pairsWith, TOKEN_NAMES } from './hostile.ts';
import { expectOAuthRefusal } from './oauth-answer.ts';
import { runs } from './runs.ts';

const { app, log } = createTestApp();
let client_id: string;

beforeAll(async () => {
  client_id = await registeredClientId(app);
});

/** Credentials of the right form that nobody has issued. */
const CODE = `${MARK.padEnd(22, 'A')}.${MARK.padEnd(43, '_')}`;
const REFRESH_TOKEN = CODE.replace('.', '.1.');

type Pairs = [name: string, value: string][];

/** A request in which nothing is wrong but that its credential is invented. */
const rightPairs = fc
  .constantFrom('authorization_code', 'refresh_token')
  .map((grant_type): Pairs => [
    ['grant_type', grant_type],
    ['client_id', 'registered'],
    ['code', CODE],
    ['refresh_token', REFRESH_TOKEN],
    ['code_verifier', MARK.repeat(4)],
    ['redirect_uri', REDIRECT_URI],
  ]);

const form = fc.oneof(
  pairsWith(TOKEN_NAMES),
  fc.tuple(rightPairs, pairsWith(TOKEN_NAMES, 2)).map(([right, more]) => mixed(right, more)),
  rightPairs.chain((right) => fc.shuffledSubarray(right)),
  fc.tuple(rightPairs, pairsWith(TOKEN_NAMES)).map((lists) => lists.flat()),
);

/** Also what no encoder writes. */
const encodedForm = fc
  .tuple(form, fc.constantFrom('', '&', '&%', '&%zz=%ff', '&=', '&a', '&%00=%0d%0a', '&;'))
  .map(([pairs, more]) => new URLSearchParams(pairs).toString() + more)
  .filter((text) => text.length < 60_000);

const header = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  // What HTTP can carry of them.
  authorizationHeader.filter((text) => /^[!-~](?:[ -~]*[!-~])?$/.test(text)),
  fc.constantFrom(`Basic ${MARK}`, `Bearer ${MARK}`, MARK, 'Basic Og==', 'Basic', `Basic ${MARK}:`),
);

describe('POST /oauth/token', () => {
  it('refuses any form that no code or refresh token was issued for, and repeats none of it', async () => {
    await fc.assert(
      fc.asyncProperty(encodedForm, header, async (text, authorization) => {
        const body = text.replace('client_id=registered', `client_id=${client_id}`);
        const request = supertest(app).post('/oauth/token').type('form');
        if (authorization !== undefined) request.set('Authorization', authorization);
        const error = expectOAuthRefusal(await request.send(body));
        expect([
          ...['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client'],
          ...['unsupported_grant_type', 'invalid_scope', 'invalid_target'],
        ]).toContain(error);
        expect(log.at('error')).toEqual([]);
      }),
      runs(150),
    );
  });

  it('refuses what only the credential is wrong with as invalid_grant', async () => {
    const scope = fc.constantFrom(undefined, 'openid', 'openid profile', MARK);
    const state = fc.option(markedText, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(rightPairs, scope, state, async (pairs, wanted, unknown) => {
        const parameters = new URLSearchParams(pairs);
        parameters.set('client_id', client_id);
        if (wanted !== undefined) parameters.set('scope', wanted);
        if (unknown !== undefined) parameters.set('state', unknown);
        const request = supertest(app).post('/oauth/token').type('form');
        expect(expectOAuthRefusal(await request.send(parameters.toString()))).toBe('invalid_grant');
      }),
      runs(40),
    );
  });
});
