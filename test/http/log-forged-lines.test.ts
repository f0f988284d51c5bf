import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, format, transports } from 'winston';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  Browser,
  createPkce,
  METADATA,
  redemption,
  refreshRequest,
  register,
  registeredClientId,
  tokenRequest,
} from '../support/flow.ts';
import { FORM_TYPE, JSON_TYPE, send } from './support/send.ts';

const FORGERY = '{"level":"info","msg":"admin login ok"}';

interface WrittenApp extends TestApp {
  /** What a winston logger of the host has written, byte for byte. */
  readonly written: () => Buffer;
}

function createWrittenApp(options: Parameters<typeof createTestApp>[0] = {}): WrittenApp {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const logger = createLogger({
    level: 'debug',
    format: format.json(),
    transports: [new transports.Stream({ stream })],
  });
  const made = createTestApp({ ...options, options: { ...options.options, logger } });
  return { ...made, written: () => Buffer.concat(chunks) };
}

/** Every line as an object; throws when one is no UTF-8 or no JSON. */
function linesOf({ written }: WrittenApp): Record<string, unknown>[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(written());
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Puts one text everywhere a stranger can put one. */
async function forgeEverywhere({ app }: TestApp, forged: string): Promise<void> {
  // As bytes, as a client can send them that does not care what a header may hold.
  const bytes = Buffer.from(forged).toString('latin1');
  const header = bytes.replace(/[^ -~\u0080-\u00ff]/g, '');
  const headers = { 'User-Agent': header, 'X-Forwarded-For': header, Forwarded: `for=${header}` };
  const registration = JSON.stringify({ ...METADATA, client_name: forged, [forged]: forged });
  await send(app, 'POST', '/oauth/register', {
    headers: { ...JSON_TYPE, ...headers },
    body: registration,
  });
  for (const name of ['client_name', 'client_uri', 'scope', 'software_id', 'contacts']) {
    await register(app, { [name]: name === 'contacts' ? [forged] : forged });
  }
  await register(app, { redirect_uris: [`https://app.example.com/${forged}`, forged] });
  await register(app, { redirect_uris: [...METADATA.redirect_uris, `https://${forged}/`] });
  await register(app, { grant_types: ['authorization_code', forged], response_types: [forged] });
  const client_id = await registeredClientId(app);
  const browser = new Browser(app, 'alice');
  for (const name of ['state', 'scope', 'redirect_uri', 'resource', 'nonce', 'prompt', 'max_age']) {
    await browser.authorize(client_id, createPkce(), { [name]: forged });
  }
  await browser.authorize(forged, createPkce());
  await tokenRequest(app, redemption(client_id, forged, createPkce(), { resource: forged }));
  await tokenRequest(app, redemption(forged, forged, createPkce(), { grant_type: forged }));
  await refreshRequest(app, client_id, forged, { scope: forged });
  const query = new URLSearchParams({ client_id: forged, request: forged }).toString();
  const body = `grant_type=refresh_token&refresh_token=x&${query}`;
  await send(app, 'POST', '/oauth/token', { headers: { ...FORM_TYPE, ...headers }, body });
  await send(app, 'GET', `/oauth/consent?${query}`, { headers });
  await send(app, 'GET', '/mcp', { headers: { ...headers, Authorization: `Bearer ${header}` } });
}

describe('what the logger of a host writes', () => {
  it.each([
    ...['\n', '\r', '\r\n', '%0a', '%0d%0a', '\\n', '\u2028', '\u2029', '\u0085', '\u009b'],
    ...['\u001b[2J', '\0', '\u202E', '"}\n'],
  ])('is one line of JSON for each message, whatever strangers send: %j (LOG-01)', async (end) => {
    const made = createWrittenApp({
      options: { unsupportedScopes: 'drop', invalidRedirectUris: 'drop' },
    });
    await forgeEverywhere(made, `x${end}${FORGERY}`);
    const lines = linesOf(made);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      expect(['debug', 'info', 'warn']).toContain(line['level']);
      expect(line).not.toHaveProperty('msg');
      expect(line['message']).not.toContain('admin');
    }
    const texts = lines.flatMap(textsOf);
    expect(texts.filter((text) => /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text))).toEqual([]);
  });

  it('is never longer for a text that is long (LOG-01)', async () => {
    const made = createWrittenApp({ options: { unsupportedScopes: 'drop' } });
    await forgeEverywhere(made, 'z'.repeat(4_000));
    await register(made.app, { scope: ['openid', 'z'.repeat(4_000)] });
    const texts = linesOf(made).flatMap(textsOf);
    expect(texts.filter((text) => text.length > 203)).toEqual([]);
    // One of them was long, so that it is seen to have been cut.
    expect(texts.filter((text) => text.length === 203).length).toBeGreaterThan(0);
  });

  it.each(['\ud800', 'a\udfff', '\ud83d\ude00\ud83d', '\ufffd', '\u00ff\u00fe'])(
    'is UTF-8, whatever is sent for it: %j (LOG-05)',
    async (text) => {
      const made = createWrittenApp({ options: { unsupportedScopes: 'drop' } });
      await forgeEverywhere(made, text);
      expect(linesOf(made).length).toBeGreaterThan(20);
    },
  );

  it('is UTF-8 though bodies and headers are none (LOG-05)', async () => {
    const made = createWrittenApp({ options: { unsupportedScopes: 'drop' } });
    const bytes = Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80]);
    const headers = { 'User-Agent': bytes.toString('latin1'), Cookie: bytes.toString('latin1') };
    const metadata = JSON.stringify({ ...METADATA, client_name: 'NAME', scope: 'openid NAME' });
    const answers = [
      await send(made.app, 'POST', '/oauth/register', {
        headers: { ...headers, ...JSON_TYPE },
        body: Buffer.from(metadata.replaceAll('NAME', bytes.toString('latin1')), 'latin1'),
      }),
      await send(made.app, 'POST', '/oauth/token', {
        headers: { ...headers, ...FORM_TYPE },
        body: Buffer.concat([Buffer.from('grant_type=refresh_token&client_id='), bytes]),
      }),
      await send(made.app, 'GET', '/oauth/authorize?client_id=%FF%C3%28%ED%A0%80', { headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(linesOf(made).length).toBeGreaterThan(3);
  });
});
