import { describe, expect, it } from '@jest/globals';
import { Browser } from '../support/flow.ts';
import { createAuditRecorder } from '../support/audit-recorder.ts';
import { askFrom } from '../support/hosted.ts';
import { createDocumentApp, documentHost, publish } from './support/document-app.ts';

const MINUTE = 60_000;
const PATH = '/expanded.json';
const BASE = { scope: 'openid', client_name: 'Notes' };

const host = documentHost();

/** An app that knows a client by its document, and what it told of what the baseline added. */
function expanding() {
  const audit = createAuditRecorder();
  const options = {
    scopesSupported: ['openid', 'email', 'offline_access', 'mcp:read'],
    baselineClientScopes: ['offline_access'],
    baselineRules: [{ name: 'agents', match: { client_name: 'Agent*' }, scopes: ['mcp:read'] }],
    onEvent: audit.onEvent,
  };
  const { app, clock } = createDocumentApp(host(), { options });
  const id = host().url(PATH);
  return {
    /** Each time later than the copy is fresh: it is fetched. */
    async read() {
      const fetched = host().requests.length;
      await askFrom(new Browser(app, 'alice'), id);
      clock.advance(MINUTE);
      expect(host().requests).toHaveLength(fetched + 1);
    },
    told: () =>
      audit.events
        .filter(({ name }) => name === 'client.expanded')
        .map(({ registered = [] }) => registered.map(({ scope }) => scope).join(' ')),
  };
}

const FIRST = 'openid offline_access';

describe('a metadata document that the baseline expands is told of', () => {
  it('once, however often it is fetched', async () => {
    const { read, told } = expanding();
    publish(host(), PATH, BASE);
    for (let time = 0; time < 3; time += 1) await read();
    expect(told()).toEqual([FIRST]);
  });

  it.each([
    { name: 'what it asks for', change: { scope: 'email' }, want: ['email offline_access'] },
    {
      name: 'what a rule goes by',
      change: { client_name: 'Agent' },
      want: ['openid offline_access mcp:read'],
    },
    { name: 'its logo', change: { logo_uri: 'https://app.example/l.png' }, want: [] },
    { name: 'its wish, to all of it', change: { scope: 'openid offline_access' }, want: [] },
  ])('again when it changes to other scopes, and then once: $name', async ({ change, want }) => {
    const { read, told } = expanding();
    publish(host(), PATH, BASE);
    await read();
    publish(host(), PATH, { ...BASE, ...change });
    await read();
    await read();
    expect(told()).toEqual([FIRST, ...want]);
  });

  it('again when it was gone in between, for then it was forgotten', async () => {
    const { read, told } = expanding();
    publish(host(), PATH, BASE);
    await read();
    host().answer(PATH, (_req, res) => res.writeHead(404).end());
    await read();
    publish(host(), PATH, BASE);
    await read();
    expect(told()).toEqual([FIRST, FIRST]);
  });
});
