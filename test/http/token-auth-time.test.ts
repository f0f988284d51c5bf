import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import type { Person } from '../../lib/login/port.ts';
import { refreshRequest, tokenRequest, type Tokens } from '../support/flow.ts';
import { issueCode } from './support/grant.ts';

const FIRST = 1_700_000_000;
const LATER = FIRST + 3600;

describe('the time of the login in access tokens (RFC 9068 §2.2.1)', () => {
  it.each<{ then: number | undefined; now: number | undefined }>([
    { then: FIRST, now: LATER },
    { then: FIRST, now: undefined },
    { then: undefined, now: LATER },
  ])(
    'stays that of the login that approved: $then, though it is $now today',
    async ({ then, now }) => {
      const login = (auth_time?: number): Person => ({
        sub: 'alice',
        ...(auth_time !== undefined && { auth_time }),
      });
      const current = { person: login(then) };
      const { app, id, form } = await issueCode({
        query: { scope: 'openid offline_access' },
        login: { user: () => current.person },
      });
      current.person = login(now);
      let tokens = (await tokenRequest(app, form)).body as Tokens;
      const seen = [decodeJwt(tokens.access_token)['auth_time']];
      for (let i = 0; i < 2; i += 1) {
        tokens = (await refreshRequest(app, id, tokens.refresh_token)).body as Tokens;
        seen.push(decodeJwt(tokens.access_token)['auth_time']);
      }
      expect(seen).toEqual([then, then, then]);
    },
  );
});
