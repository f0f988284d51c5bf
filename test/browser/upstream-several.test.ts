import { afterAll, describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { arrival, logIn, press, subjectOf } from './support/person.ts';
import { openProvider, type Provider } from './support/providers.ts';
import { useStage } from './support/use-stage.ts';

const providers: Provider[] = [];
const stage = useStage({
  async login(url) {
    for (const name of ['company', 'school']) providers.push(await openProvider(url, name));
    return providers.map(({ login }) => login);
  },
});
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.stop()));
});

describe('a person who may log in at several places', () => {
  it.each(['company', 'school'])(
    'chooses the %s, and is known as one of its people',
    async (name) => {
      const asking = (await registerClient(stage.url))();
      const page = await stage.visit();
      await page.goto(asking.url);
      await page.getByRole('link', { name: `The ${name}` }).click();
      await logIn(page, 'alice');
      await page.waitForURL('**/oauth/consent?**');
      await press(page, 'Allow');
      expect(await subjectOf(await asking.redeem(await arrival(page)))).toBe(`${name}|alice`);
    },
  );

  it('is not asked where when the app says it', async () => {
    const asking = (await registerClient(stage.url))({ idp_hint: 'school' });
    const page = await stage.visit();
    await page.goto(asking.url);
    await page.getByText('Log in at school').waitFor();
  });
});
