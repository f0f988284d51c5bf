import { describe, expect, it } from '@jest/globals';
import helmet from 'helmet';
import { registerClient } from './support/client.ts';
import { arrival, comeToConsent, press } from './support/person.ts';
import type { StageOptions } from './support/stage.ts';
import { useStage } from './support/use-stage.ts';

/** What browsers apply to whole chains of redirects that begin with a form. */
const FORM_ACTION = { 'Content-Security-Policy': "form-action 'self'" };

/** The example's own pages have a style sheet of their own; helmet stays out of its way here. */
const HOSTS: readonly (StageOptions & { readonly name: string })[] = [
  { name: 'nothing in front of it' },
  { name: "helmet's defaults", before: [helmet()] },
  {
    name: 'helmet without a content security policy',
    before: [helmet({ contentSecurityPolicy: false })],
  },
  { name: "a proxy that adds form-action 'self'", proxyHeaders: FORM_ACTION },
  {
    name: "helmet's defaults and such a proxy",
    before: [helmet()],
    proxyHeaders: FORM_ACTION,
  },
];

describe.each(HOSTS)('a host with $name', (host) => {
  const stage = useStage(host);

  it.each([
    { decision: 'Allow', parameter: 'code' },
    { decision: 'Deny', parameter: 'error' },
  ] as const)(
    'lets the browser reach the client after $decision',
    async ({ decision, parameter }) => {
      const asking = (await registerClient(stage.url))();
      const page = await stage.visit();
      await comeToConsent(page, asking.url);
      await press(page, decision);
      const back = await arrival(page);
      expect(back.searchParams.has(parameter)).toBe(true);
    },
  );

  it('lets the browser open an app by its scheme', async () => {
    const redirect_uri = 'cursor://anysphere.cursor-mcp/oauth/callback';
    const page = await stage.visit();
    await comeToConsent(page, (await registerClient(stage.url, { redirect_uri }))().url);
    const [request] = await Promise.all([page.waitForRequest(/^cursor:/), press(page, 'Allow')]);
    expect(new URL(request.url()).searchParams.has('code')).toBe(true);
  });

  it('has consent pages with their own style', async () => {
    const page = await stage.visit();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    await comeToConsent(page, (await registerClient(stage.url))().url);
    const answer = await page.reload();
    expect(answer?.headers()['content-security-policy']).toMatch(/^default-src 'none'/);
    const width = await page.evaluate<string>(
      'getComputedStyle(document.querySelector("main")).maxWidth',
    );
    expect(width).toMatch(/^\d+px$/);
    expect(problems.filter((text) => text.includes('oauth'))).toEqual([]);
  });
});
