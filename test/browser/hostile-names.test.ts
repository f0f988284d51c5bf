import { describe, expect, it } from '@jest/globals';
import { registerClient } from './support/client.ts';
import { expectNoSidewaysScrolling, PHONE } from './support/look.ts';
import { comeToConsent } from './support/person.ts';
import { useStage } from './support/use-stage.ts';

const stage = useStage();

/** Written as escapes, for an editor would be deceived too. */
const NAMES: readonly { readonly name: string; readonly client_name: string }[] = [
  { name: 'as long as it may be', client_name: 'W'.repeat(256) },
  { name: 'of words without an end', client_name: 'Sign in with Example '.repeat(12).trim() },
  {
    name: 'with as many marks on a letter as may be',
    client_name: 'Z\u0335\u0300\u0301\u0302\u0303\u0304algo '.repeat(20).trim(),
  },
  {
    name: 'from right to left',
    client_name: '\u0645\u062F\u0648\u0651\u0646\u0629 '.repeat(20).trim(),
  },
  { name: 'of flags', client_name: '\u{1F1E9}\u{1F1EA}'.repeat(60) },
  {
    name: 'that is a tag',
    client_name: '</strong><h1 style="position:fixed;inset:0">bank.example</h1>',
  },
];

const HOSTS: readonly { readonly name: string; readonly host: string }[] = [
  {
    name: 'that begins like another',
    host: `accounts.google.com.login.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.evil.example`,
  },
  { name: 'of one long label', host: `${'w'.repeat(63)}.example` },
  { name: 'in Cyrillic letters', host: 'xn--80ak6aa92e.example' },
];

describe('a name that its app chose', () => {
  /** As it is drawn, pixel by pixel: marks can reach where the layout knows nothing of them. */
  async function drawnHost(client_name: string): Promise<string> {
    const page = await stage.visit(PHONE);
    await comeToConsent(
      page,
      (await registerClient(stage.url, { metadata: { client_name } }))().url,
    );
    await expectNoSidewaysScrolling(page);
    const picture = await page.getByText('client.example', { exact: true }).screenshot();
    return picture.toString('base64');
  }

  it.each(NAMES)('$name leaves the host as it is', async ({ client_name }) => {
    expect(await drawnHost(client_name)).toBe(await drawnHost('Notes reader'));
  });
});

describe('a host', () => {
  it.each(HOSTS)('$name is read to its end on a phone (CONSENT-20)', async ({ host }) => {
    const page = await stage.visit(PHONE);
    const redirect_uri = `https://${host}/callback`;
    await comeToConsent(page, (await registerClient(stage.url, { redirect_uri }))().url);
    await expectNoSidewaysScrolling(page);
    const line = page.getByText(host, { exact: true });
    const { x, width } = (await line.boundingBox()) ?? { x: -1, width: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(Number(PHONE.viewport?.width));
  });
});
