import { afterAll, describe, expect, it } from '@jest/globals';
import { barriers, FOR_AXE } from './support/axe.ts';
import { expectNoSidewaysScrolling, expectTapTargets, PHONE } from './support/look.ts';
import { openLogins, SCENES, SCENES_ELSEWHERE } from './support/scenes.ts';
import { useStage } from './support/use-stage.ts';

let logins: Awaited<ReturnType<typeof openLogins>>;
const own = useStage();
const elsewhere = useStage({ login: async (url) => (logins = await openLogins(url)).logins });
afterAll(() => logins.stop());

describe.each([
  ...SCENES.map((scene) => ({ ...scene, stage: own })),
  ...SCENES_ELSEWHERE.map((scene) => ({ ...scene, stage: elsewhere })),
])('$name', ({ open, stage }) => {
  it.each(['light', 'dark'] as const)('has no barriers that axe finds, %s', async (colorScheme) => {
    const page = await stage.visit({ ...FOR_AXE, colorScheme });
    await open(stage, page);
    expect(await barriers(page)).toEqual([]);
  });

  it('fits on a small phone, and a thumb finds its buttons', async () => {
    const page = await stage.visit(PHONE);
    await open(stage, page);
    await expectNoSidewaysScrolling(page);
    await expectTapTargets(page);
  });

  it('is dark where the person likes it dark', async () => {
    const page = await stage.visit({ colorScheme: 'dark' });
    await open(stage, page);
    const scheme = await page.evaluate<string>('getComputedStyle(document.body).colorScheme');
    expect(scheme).toMatch(/dark/);
    const ink = await page.evaluate<string>('getComputedStyle(document.body).color');
    const [brightness = 0] = /\d+/.exec(ink)?.map(Number) ?? [];
    expect(brightness).toBeGreaterThan(200);
  });
});
