import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import { createTestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  locationOf,
  redemption,
  redirectParameters,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import type { LogRecorder } from '../support/log-recorder.ts';
import { send } from './support/send.ts';

const WITHOUT = '/oauth/jwks';
const WITHIN = '/auth/oauth/token';

/** The router at the root of its app, though the issuer has a path. */
function createRootApp(before: readonly RequestHandler[] = []): { app: Express; log: LogRecorder } {
  return createTestApp({ options: { issuer: 'https://example.com/auth' }, before });
}

const isSaid = (log: LogRecorder): boolean =>
  log.entries.some(({ fields }) => fields.code === 'ERR_DCR_MOUNT_PATH');

async function ask(app: Express, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await send(app, 'POST', path);
}

describe('a router at the root, of an issuer with a path', () => {
  it.each<{ name: string; asked: readonly string[]; want: boolean }>([
    {
      name: 'is told to be misplaced by the first request with the path',
      asked: [WITHIN],
      want: true,
    },
    {
      name: 'is told to be, when a request without it was first, as soon as there are more with it',
      asked: [WITHOUT, WITHIN, WITHIN],
      want: true,
    },
    { name: 'is not for one of each', asked: [WITHOUT, WITHIN], want: false },
    {
      name: 'is not when most come without the path, as behind a proxy that takes it away',
      asked: [WITHOUT, WITHOUT, WITHOUT, WITHIN, WITHIN],
      want: false,
    },
    {
      name: 'is not for other addresses below the path',
      asked: ['/auth', '/auth/', '/auth/x', '/auth/oauth', '/authoauth/token'],
      want: false,
    },
  ])('$name', async ({ asked, want }) => {
    const { app, log } = createRootApp();
    await ask(app, ...asked);
    expect(isSaid(log)).toBe(want);
  });

  it('is never told to be once a client has got a token behind the proxy, whatever strangers ask', async () => {
    const { app, log } = createRootApp([takePathAway]);
    const id = await registeredClientId(app);
    const pkce = createPkce();
    const browser = new Browser(app, 'alice');
    const begun = await browser.authorize(id, pkce);
    const { code = '' } = redirectParameters(await browser.submit(locationOf(begun), 'allow'));
    expect((await tokenRequest(app, redemption(id, code, pkce))).status).toBe(200);
    for (let i = 0; i < 20; i += 1) await ask(app, `/auth${WITHIN}`);
    expect(isSaid(log)).toBe(false);
  });

  it('is told to be when nobody gets a token at the token endpoint without the path', async () => {
    const { app, log } = createRootApp();
    await ask(app, '/oauth/token', WITHIN, WITHIN);
    expect(isSaid(log)).toBe(true);
  });
});

const takePathAway: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^\/auth(?=\/)/, '');
  next();
};
