/**
 * Every page of the server that a person can come to, and how.
 *
 * @module
 */
import type { Page } from 'playwright-core';
import { registerClient } from './client.ts';
import type { UpstreamLogin } from '../../../lib/index.ts';
import { arrival, comeToConsent, logIn, press } from './person.ts';
import { openProvider } from './providers.ts';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly name: string;
  /** Of the file of its picture. */
  readonly id: string;
  readonly open: (stage: Pick<Stage, 'url' | 'clock' | 'store'>, page: Page) => Promise<void>;
}

/** Where the login is the example's own. */
export const SCENES: readonly Scene[] = [
  {
    name: 'the consent page',
    id: 'consent',
    async open(stage, page) {
      const ask = await registerClient(stage.url, {
        metadata: { client_name: 'Notes reader', scope: 'openid profile email notes:read' },
      });
      await comeToConsent(page, ask({ scope: ALL }).url);
    },
  },
  {
    name: 'the consent page of an app on this computer',
    id: 'consent-loopback',
    async open(stage, page) {
      const redirect_uri = 'http://127.0.0.1:33418/callback';
      const metadata = { client_name: 'Code editor' };
      const ask = await registerClient(stage.url, { redirect_uri, metadata });
      await comeToConsent(page, ask({ scope: ALL }).url);
    },
  },
  {
    name: 'the page of a request that has been answered',
    id: 'answered',
    async open(stage, page) {
      const asking = (await registerClient(stage.url))();
      await comeToConsent(page, asking.url);
      await press(page, 'Allow');
      await asking.redeem(await arrival(page));
      await page.goBack();
    },
  },
  {
    name: 'the page that has expired',
    id: 'expired',
    async open(stage, page) {
      await comeToConsent(page, (await registerClient(stage.url))().url);
      stage.clock.advance(11 * 60 * 1000);
      await page.reload();
    },
  },
  {
    name: 'the page of an app that is not known',
    id: 'unknown-app',
    async open(stage, page) {
      const query = 'response_type=code&client_id=8f7d2a52-6f0e-4d0b-a5a3-0e2f5c1d9b7a';
      await page.goto(`${stage.url}/oauth/authorize?${query}`);
    },
  },
  {
    name: 'the page of a request for more than the app registered for',
    id: 'too-much',
    async open(stage, page) {
      const ask = await registerClient(stage.url);
      await page.goto(ask({ scope: 'admin' }).url);
    },
  },
  {
    name: 'the page on the way back to an app of this device',
    id: 'going-back',
    async open(stage, page) {
      const redirect_uri = 'cursor://anysphere.cursor-deeplink/mcp/callback';
      const ask = await registerClient(stage.url, { redirect_uri });
      await comeToConsent(page, ask().url);
      await press(page, 'Allow');
      await page.getByRole('link', { name: 'Continue' }).waitFor();
    },
  },
  {
    name: "the operator's overview",
    id: 'admin-overview',
    async open(stage, page) {
      await countTwoDays(stage);
      await openAdmin(stage, page, '/admin');
    },
  },
  {
    name: "the operator's list of clients",
    id: 'admin-clients',
    async open(stage, page) {
      const redirect_uri = 'http://127.0.0.1:33418/callback';
      const metadata = { client_name: 'Code editor', scope: 'notes:read' };
      await registerClient(stage.url, { redirect_uri, metadata });
      await openAdmin(stage, page, '/admin/clients?used=no');
    },
  },
  {
    name: "the operator's page of one client",
    id: 'admin-client',
    async open(stage, page) {
      await registerClient(stage.url, {
        metadata: { client_name: 'Notes reader', scope: 'notes:read' },
      });
      await openAdmin(stage, page, '/admin/clients?used=no');
      await page.getByRole('link', { name: 'Notes reader' }).first().click();
      await page.getByRole('button', { name: 'Block' }).waitFor();
    },
  },
  {
    name: "the operator's page of the policy, with metadata that was tried",
    id: 'admin-policy',
    async open(stage, page) {
      await openAdmin(stage, page, '/admin/policy');
      await page.getByRole('button', { name: 'Try' }).click();
      await page.getByText(/It would be taken|invalid_client_metadata/).waitFor();
    },
  },
];

/** As if a server had run for two days, busier by day; once on each stage. */
async function countTwoDays({ clock, store }: Pick<Stage, 'clock' | 'store'>): Promise<void> {
  const hour = 60 * 60 * 1000;
  // It stands still, and health would tell of it.
  clock.advance(Date.now() - clock.now());
  if ((await store.stats.read(48)).length > 2) return;
  clock.advance(-46 * hour);
  for (let nth = 0; nth < 46; nth += 1) {
    const busy = Math.round(6 - 5 * Math.cos((nth * Math.PI) / 12));
    await store.stats.add({
      'client.registered': 2 * busy,
      'client.registered expanded': busy,
      'client.expanded': busy,
      'added offline_access global': busy,
      'added notes:write global': Math.floor(busy / 2),
      'grant.created': busy,
      'consent.denied': nth % 9 === 0 ? 1 : 0,
      'grant.revoked': nth % 7 === 0 ? 1 : 0,
      'refused invalid_scope': nth % 5 === 0 ? 1 : 0,
      'refused invalid_redirect_uri': nth % 23 === 0 ? 1 : 0,
    });
    clock.advance(hour);
  }
}

/** Where it is at identity providers: those of {@link openLogins}. */
export const SCENES_ELSEWHERE: readonly Scene[] = [
  {
    name: 'the page where a person chooses how to log in',
    id: 'login-choice',
    async open(stage, page) {
      await page.goto((await registerClient(stage.url))().url);
      await page.getByRole('link', { name: 'The school' }).waitFor();
    },
  },
  {
    name: 'the consent page of somebody who logged in elsewhere',
    id: 'consent-elsewhere',
    async open(stage, page) {
      await comeToConsent(page, (await registerClient(stage.url))({ idp_hint: 'school' }).url);
      await page.getByRole('link', { name: 'Use another account' }).waitFor();
    },
  },
  {
    name: 'the page of an account that may not log in',
    id: 'account-refused',
    async open(stage, page) {
      await page.goto((await registerClient(stage.url))({ idp_hint: 'school' }).url);
      await logIn(page, 'bob');
      await page.getByRole('link', { name: 'Use another account' }).waitFor();
    },
  },
  {
    name: 'the page of a login that is away',
    id: 'login-away',
    async open(stage, page) {
      await page.goto((await registerClient(stage.url))({ idp_hint: 'library' }).url);
      await page.getByRole('link', { name: 'Try again' }).waitFor();
    },
  },
];

/** Two places to log in, of which one lets alice in alone and the other one is away. */
export async function openLogins(
  url: string,
): Promise<{ readonly logins: readonly UpstreamLogin[]; stop(): Promise<void> }> {
  const school = await openProvider(url, 'school', { allow: ({ sub }) => sub === 'alice' });
  const library = await openProvider(url, 'library');
  await library.stop();
  return { logins: [school.login, library.login], stop: () => school.stop() };
}

const ALL = 'openid profile email offline_access notes:read notes:write';

/** As alice, who runs the place. */
export async function openAdmin(
  { url }: Pick<Stage, 'url'>,
  page: Page,
  path: string,
): Promise<void> {
  await page.goto(`${url}/login`);
  await logIn(page, 'alice');
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}${path}`);
}
