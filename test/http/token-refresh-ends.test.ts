import { describe, expect, it } from '@jest/globals';
import { expectApiError } from './support/expect.ts';
import { grantTokens } from './support/grant.ts';

const DAY_MS = 24 * 3600_000;
const SECOND_MS = 1000;

describe('POST /oauth/token: a refresh token that was used just before it ended', () => {
  it.each([
    { name: 'the default', idleMs: 30 * DAY_MS, options: {} },
    { name: 'a minute', idleMs: 60 * SECOND_MS, options: { refreshTokenTtlSeconds: 60 } },
  ])(
    'ends when it would have, in the grace window too, and its successor lives on: $name (REFRESH-06)',
    async ({ idleMs, options }) => {
      const { rotate, refresh, refreshToken, clock } = await grantTokens({ options });
      clock.advance(idleMs - 10 * SECOND_MS);
      const next = await rotate(refreshToken);
      clock.advance(10 * SECOND_MS - 1);
      expect(await rotate(refreshToken)).toBe(next);
      clock.advance(1);
      for (const afterSeconds of [10, 20, 30]) {
        const { status, body } = await refresh(refreshToken);
        expect({ afterSeconds, status, body }).toMatchObject({
          status: 400,
          body: { error: 'invalid_grant' },
        });
        if (afterSeconds < 30) clock.advance(10 * SECOND_MS);
      }
      expect(await rotate(next)).toMatch(/\.3\./);
    },
  );

  it('ends the grant when it comes after the grace window', async () => {
    const { rotate, refresh, refreshToken, clock } = await grantTokens();
    clock.advance(30 * DAY_MS - 10 * SECOND_MS);
    const next = await rotate(refreshToken);
    clock.advance(30 * SECOND_MS + 1);
    expectApiError(await refresh(refreshToken), 400, 'invalid_grant');
    expectApiError(await refresh(next), 400, 'invalid_grant');
  });

  it('gives its successor until its end when that is used as well', async () => {
    const { rotate, refreshToken, clock } = await grantTokens();
    clock.advance(30 * DAY_MS - 10 * SECOND_MS);
    const second = await rotate(refreshToken);
    const third = await rotate(second);
    clock.advance(20 * SECOND_MS);
    expect(await rotate(second)).toBe(third);
  });
});
