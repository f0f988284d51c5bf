import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import { freePort } from '../support/free-port.ts';
import { textOf } from '../house/files.ts';
import { Browser, logInAndDecide, type Page, type Visit } from '../support/browser.ts';
import { authorizationQuery, createPkce, METADATA, REDIRECT_URI } from '../support/flow.ts';

const ALICE = { username: 'alice', password: 'password' };

const RECIPES = [
  { file: 'readme', guide: 'README.md', module: () => import('./readme.ts') },
  {
    file: 'express-session',
    guide: 'docs/app-developers/login.md',
    module: () => import('./express-session.ts'),
  },
  {
    file: 'passport',
    guide: 'docs/app-developers/login.md',
    module: () => import('./passport.ts'),
  },
];

/** What a guide shows of a file: its imports are those of an app, and nothing is exported. */
function shown(file: string): string {
  return textOf(`test/recipes/${file}.ts`)
    .replace("'../../lib/index.ts'", "'express-dcr'")
    .replace(/'(\.\/[\w-]+)\.ts'/g, "'$1.js'")
    .replace(/^export (?=const )/gm, '');
}

/** The block of a guide that is most like this code, so that a failure shows where they part. */
function blockLike(code: string, guide: string): string {
  const lines = new Set(code.split('\n'));
  const likeness = (block: string): number => {
    const others = block.split('\n');
    return others.filter((line) => lines.has(line)).length / (others.length + lines.size);
  };
  const blocks = [...textOf(guide).matchAll(/^```ts\n([\s\S]*?)^```$/gm)];
  const texts = blocks.map(([, block = '']) => block);
  return texts.sort((a, b) => likeness(b) - likeness(a))[0] ?? '';
}

describe('the code in the guides is the code that runs here', () => {
  it.each([
    ...RECIPES,
    { file: 'return-to', guide: 'docs/app-developers/login.md' },
    { file: 'passport-elsewhere', guide: 'docs/app-developers/login.md' },
    { file: 'scopes', guide: 'docs/app-developers/scopes.md' },
  ])('$file in $guide', ({ file, guide }) => {
    expect(blockLike(shown(file), guide)).toBe(shown(file));
  });
});

describe.each(RECIPES)('the recipe $file', ({ file, module }) => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    Object.assign(process.env, {
      DCR_ISSUER: `http://localhost:${port}`,
      DCR_SCOPES_SUPPORTED: 'openid profile email offline_access mcp:tools',
      DCR_BASELINE_SCOPES: 'offline_access mcp:tools',
      DCR_LOG_LEVEL: 'error',
      SESSION_SECRET: 'a secret of the tests',
    });
    const { app }: { app: Express } = await module();
    server = createServer(app).listen(port, 'localhost');
    await once(server, 'listening');
    url = `http://localhost:${port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  async function registered(): Promise<string> {
    const answer = await fetch(`${url}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...METADATA, scope: 'openid' }),
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { client_id: string }).client_id;
  }

  it('connects a client that registered with less than it asks for', async () => {
    const client_id = await registered();
    const pkce = createPkce();
    const scope = 'mcp:tools offline_access';
    const request = `/oauth/authorize?${authorizationQuery(client_id, pkce, { scope })}`;
    const back = await logInAndDecide(new Browser(url), `${url}${request}`, ALICE);
    const code = new URL(back.url).searchParams.get('code') ?? '';
    const tokens = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: pkce.code_verifier,
        redirect_uri: REDIRECT_URI,
      }),
    });
    expect(tokens.status).toBe(200);
    const { access_token } = (await tokens.json()) as { access_token: string };
    const headers = { Authorization: `Bearer ${access_token}` };
    expect(await (await fetch(`${url}/mcp`, { headers })).json()).toBe('alice');
    expect((await fetch(`${url}/mcp`)).status).toBe(401);
  });

  if (file === 'readme') return;

  it('asks again for the password when the client wants that, and is believed', async () => {
    const client_id = await registered();
    const browser = new Browser(url);
    const query = authorizationQuery(client_id, createPkce(), { prompt: 'login' });
    await logIn(browser, '/');
    const form = page(await browser.open(`/oauth/authorize?${query}`));
    expect(form.url.pathname).toBe('/login');
    // The time of a login is told in seconds: it has to be a later one than that of the request.
    await sleep(1_020 - (Date.now() % 1_000));
    const back = await logInAndDecide(browser, form.url, ALICE);
    expect(new URL(back.url).searchParams.get('code')).toBeTruthy();
  });

  it('sends whoever is logged in straight back, unless that is too long ago', async () => {
    const browser = new Browser(url);
    await logIn(browser, '/');
    expect(page(await browser.open('/login?return_to=/mcp&max_age=600')).status).toBe(401);
    expect(page(await browser.open('/login?return_to=/mcp&max_age=0')).forms).toHaveLength(1);
  });

  it('leads nowhere else, and keeps the way back when the password is wrong', async () => {
    const browser = new Browser(url);
    const foreign = page(await browser.open('/login?return_to=//evil.example'));
    expect(foreign.html).toContain('name="return_to" value="/"');
    const wrong = page(await logIn(browser, '/mcp', 'wrong'));
    expect(wrong.status).toBe(403);
    expect(wrong.html).toContain('name="return_to" value="/mcp"');
  });

  it('makes a new session at login', async () => {
    const browser = new Browser(url);
    await logIn(browser, '/');
    const before = browser.cookies.headerFor(new URL(url));
    await logIn(browser, '/');
    expect(browser.cookies.headerFor(new URL(url))).not.toBe(before);
  });

  async function logIn(browser: Browser, return_to: string, password = 'password'): Promise<Visit> {
    const query = new URLSearchParams({ return_to, prompt: 'login' });
    const form = page(await browser.open(`/login?${query.toString()}`));
    if (!form.forms[0]) throw new Error('no form');
    return browser.submit(form, form.forms[0], { ...ALICE, password });
  }
});

function page(visit: Visit): Page {
  if (visit.kind !== 'page') throw new Error(`left for ${visit.url.href}`);
  return visit;
}
