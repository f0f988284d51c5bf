import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as oidc from 'openid-client';
import type { Page } from 'playwright-core';
import {
  startIdentityProvider,
  type IdentityProvider,
} from '../../example-app/identity-provider.ts';
import { WEB_CLIENT } from './support/client.ts';
import { arrival, logIn } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();
const CLIENT = {
  client_id: 'notes',
  client_secret: 'a secret of the demo',
  redirect_uris: [WEB_CLIENT],
};

let provider: IdentityProvider;
let config: oidc.Configuration;

beforeAll(async () => {
  provider = await startIdentityProvider({ name: 'accounts', client: CLIENT });
  const { client_id, client_secret } = CLIENT;
  config = await oidc.discovery(new URL(provider.issuer), client_id, client_secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
});
afterAll(async () => {
  await provider.close();
});

interface Login {
  readonly url: string;
  finish(callback: URL): ReturnType<typeof oidc.authorizationCodeGrant>;
}

async function begin(more: Record<string, string> = {}): Promise<Login> {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: WEB_CLIENT,
    scope: 'openid profile email',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  const checks = { pkceCodeVerifier, expectedState, expectedNonce };
  return {
    url: url.href,
    finish: (callback) => oidc.authorizationCodeGrant(config, callback, checks),
  };
}

/** Who the provider says it is, after its form where it shows one. */
async function personAfter(page: Page, more: Record<string, string>, who?: 'alice' | 'bob') {
  const login = await begin(more);
  await page.goto(login.url);
  if (who) await logIn(page, who);
  // Somebody else is logged out first, by a form that sends itself where scripts run.
  if (who === 'bob') await page.getByRole('button', { name: 'Continue' }).click();
  return (await login.finish(await arrival(page))).claims()?.sub;
}

describe("the example's identity provider", () => {
  it('says who logged in, and gives tokens that can be refreshed and revoked', async () => {
    const login = await begin();
    const page = await stage.visit();
    await page.goto(login.url);
    await logIn(page, 'alice');
    const tokens = await login.finish(await arrival(page));
    expect(tokens.claims()).toMatchObject({
      iss: provider.issuer,
      sub: 'alice',
      name: 'Alice',
      email: 'alice@example.com',
    });
    const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '');
    await oidc.tokenRevocation(config, renewed.refresh_token ?? '');
    await expect(oidc.refreshTokenGrant(config, renewed.refresh_token ?? '')).rejects.toMatchObject(
      {
        error: 'invalid_grant',
      },
    );
  });

  it('knows the person the next time, and asks when it is told to', async () => {
    const page = await stage.visit();
    expect(await personAfter(page, {}, 'alice')).toBe('alice');
    expect(await personAfter(page, { prompt: 'none' })).toBe('alice');
    expect(await personAfter(page, { prompt: 'login' }, 'alice')).toBe('alice');
    expect(await personAfter(page, { prompt: 'select_account' }, 'bob')).toBe('bob');
    expect(await personAfter(page, {})).toBe('bob');
  });

  it('tells when the person cancels', async () => {
    const login = await begin();
    const page = await stage.visit();
    await page.goto(login.url);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(login.finish(await arrival(page))).rejects.toMatchObject({
      error: 'access_denied',
    });
  });

  it('takes no other password', async () => {
    const page = await stage.visit();
    await page.goto((await begin()).url);
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Password').fill('letmein');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
  });
});
