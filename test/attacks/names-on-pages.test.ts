import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAdminApp, textOf, type AdminApp } from '../admin/support.ts';
import { runCommandIn } from '../cli/run-command.ts';
import { openPage } from '../http/support/consent.ts';
import { ISSUER } from '../support/app.ts';
import { Browser, createPkce, registeredClientId } from '../support/flow.ts';
import { HOSTED_URI } from '../support/hosted.ts';

const ENV = { DCR_ISSUER: ISSUER };
let made: AdminApp;

beforeEach(() => {
  made = createAdminApp();
});

const command = async (...words: string[]): Promise<string> => {
  const { code, answer } = await runCommandIn(ENV, made.store, 'clients', 'list', ...words);
  expect(code).toBe(0);
  return answer;
};

/** What the operator finds, on the page and in the terminal: ids of clients that nobody has used. */
async function foundBy(page: string, words: readonly string[]): Promise<boolean[]> {
  const { text } = await made.get(`/clients?used=no&${page}`);
  const answer = await command('--unused', '--json', ...words);
  const { clients } = JSON.parse(answer) as { clients: { clientId: string }[] };
  return [text.includes('/client?id='), clients.length > 0];
}

describe('an app that does not want to be found by the operator', () => {
  it.each(['https://evil.example./cb', 'https://evil.example:8443/cb', 'https://evil.example'])(
    'is found by the host that it leads to, however it writes it: %s (MEET-31)',
    async (redirect_uri) => {
      await registeredClientId(made.app, { redirect_uris: [HOSTED_URI, redirect_uri] });
      const isThere = [true, true];
      expect(await foundBy('host=evil.example', ['--redirect-host', 'evil.example'])).toEqual(
        isThere,
      );
      expect(await foundBy('host=*.example', ['--redirect-host', 'other.example'])).toEqual([
        false,
        false,
      ]);
    },
  );

  it('is found by the name that people read, in whatever language it says it (MEET-32)', async () => {
    const names = { client_name: 'Notes', 'client_name#en': 'Claude', 'client_name#de': 'Bank' };
    const id = await registeredClientId(made.app, { ...names, redirect_uris: [HOSTED_URI] });
    const { html } = await openPage(new Browser(made.app, 'alice'), id, createPkce(), {
      redirect_uri: HOSTED_URI,
      ui_locales: 'en',
    });
    expect(html).toContain('Claude');
    for (const name of ['Notes', 'claude*', '*Bank']) {
      expect([name, ...(await foundBy(`name=${name}`, ['--name', name]))]).toEqual([
        ...[name, true, true],
      ]);
    }
    // What it calls itself in other languages is not hidden behind the one name in the list either.
    const page = textOf((await made.get('/clients?used=no')).text);
    expect(page).toContain('Claude');
    expect(await command('--unused')).toContain('Claude');
  });
});

describe('an app whose name says what only the operator can say', () => {
  it('is not taken for one that is blocked (MEET-33)', async () => {
    const register = (client_name: string): Promise<string> =>
      registeredClientId(made.app, { client_name, redirect_uris: [HOSTED_URI] });
    const ids = [await register('(blocked) Notes'), await register('Notes')];
    await made.server.clients.block(ids[1] ?? '');
    const lines = (await command('--unused')).split('\n');
    const [pretending = '', blocked = ''] = ids.map((id) =>
      (lines.find((line) => line.includes(id)) ?? '').replace(id, '').trim(),
    );
    expect(blocked).toContain('blocked');
    // Without the names there is a difference left.
    const bare = (line: string): string => line.replace(/(\(blocked\) )?Notes/, '').trim();
    expect(bare(blocked)).not.toBe(bare(pretending));
  });

  it('says nothing in the code of a template, nor in a name that the form sends back (MEET-34)', async () => {
    const client_name = '<%= it.base %>{{7*7}}"><form action=//evil.example>';
    const id = await registeredClientId(made.app, {
      ...{ client_name, 'client_name#en': client_name, software_id: client_name },
      ...{ redirect_uris: [HOSTED_URI], contacts: [client_name] },
    });
    const search = new URLSearchParams({ used: 'no', name: client_name }).toString();
    for (const path of ['/clients?used=no', `/clients?${search}`, `/client?id=${id}`]) {
      const { text, status } = await made.get(path);
      expect(status).toBe(200);
      expect(text).toContain('&lt;%= it.base %&gt;{{7*7}}&quot;');
      expect(text).not.toContain('<form action=//');
    }
  });
});
