import { describe, expect, it } from '@jest/globals';
import { createGrantCredentials } from '../../lib/tokens/grant-credentials.ts';
import { createKeyring } from '../../lib/tokens/keyring.ts';
import { registeredConfidential } from '../support/confidential.ts';
import { createPkce, registeredClientId, tokenRequest, type Tokens } from '../support/flow.ts';
import { registered } from '../support/management.ts';
import { pushedUri } from '../support/pushed.ts';
import { issueCode } from '../http/support/grant.ts';
import { createWatchedApp } from '../http/support/watched-app.ts';
import { textOf } from './files.ts';

const [, chapter = ''] =
  /\n## How long values are\n([\s\S]*?)\n## /.exec(textOf('docs/app-developers/clients.md')) ?? [];

/** What stands in each row: one length, or the least and the most. */
const told = new Map(
  chapter
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .map(([name = '', ...lengths]) => [name, lengths.map(Number)]),
);

const MOST_GENERATIONS = 999_999_999;

/** The refresh token of a grant that has been refreshed as often as one can be. */
function lastRefreshToken(): string {
  const credentials = createGrantCredentials(createKeyring(['s'.repeat(32)]), 'https://a.example');
  return credentials.refreshToken({ grant_id: 'g'.repeat(22), salt: 's' }, MOST_GENERATIONS);
}

describe('how long values are (RFC 6749 §2.2, §4.1.2, §5.1)', () => {
  it.each<[string, () => Promise<string[]>]>([
    ['client_id', async () => [await registeredClientId(createWatchedApp().app)]],
    [
      'client_secret',
      async () => [(await registeredConfidential(createWatchedApp().app)).client_secret],
    ],
    [
      'registration_access_token',
      async () => [(await registered(createWatchedApp().app)).registration_access_token],
    ],
    ['code', async () => [(await issueCode()).code]],
    [
      'refresh_token',
      async () => {
        const { app, form } = await issueCode({ query: { scope: 'openid offline_access' } });
        const { refresh_token } = (await tokenRequest(app, form)).body as Tokens;
        return [refresh_token ?? '', lastRefreshToken()];
      },
    ],
    [
      'request_uri',
      async () => {
        const { app } = createWatchedApp();
        return [await pushedUri(app, await registeredClientId(app), createPkce())];
      },
    ],
  ])('is as the guide says: %s', async (name, obtain) => {
    expect((await obtain()).map(({ length }) => length)).toEqual(told.get(name));
  });

  it('is about as the guide says for an access token, which says what it may', async () => {
    const { app, form } = await issueCode({ query: { scope: 'openid' } });
    const { access_token } = (await tokenRequest(app, form)).body as Tokens;
    const [, about = ''] = /some (\d+) characters for one scope/.exec(chapter) ?? [];
    expect(Math.abs(access_token.length - Number(about))).toBeLessThan(60);
  });

  it('is said of nothing else', () => {
    expect([...told.keys()].sort()).toEqual([
      'client_id',
      'client_secret',
      'code',
      'refresh_token',
      'registration_access_token',
      'request_uri',
    ]);
  });
});
