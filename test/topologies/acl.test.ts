import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisStore } from '../../lib/storage/redis/redis-store.ts';
import { eventually } from '../support/eventually.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { everyTransition } from '../support/every-transition.ts';
import { obtainTokens, register } from '../support/flow.ts';
import {
  CLUSTER_COMMANDS,
  COMMANDS,
  createUser,
  SWEEP_COMMANDS,
  rulesOf,
  userOption,
} from '../support/redis-acl.ts';
import { ask, info } from '../support/redis-ask.ts';
import { recovered } from '../support/redis-bench.ts';
import { startRedisServer, type RedisServer } from '../support/redis-server.ts';
import { randomPrefix } from '../support/redis-url.ts';
import { noteSecret } from '../support/secrets.ts';
import { textOf } from '../house/files.ts';

const SCOPE = 'openid offline_access';
/** For a busy machine; what is refused is refused at once. */
const commandTimeoutMs = 3_000;

/**
 * Without `INFO`, ioredis takes a server for ready that is still loading its data, and says so.
 * `EXPIRE` mends a count that has lost its expiry.
 */
const SELDOM: readonly string[] = ['info', 'expire'];

const user = createUser();
const wrong = createUser();
for (const { password } of [user, wrong]) noteSecret(password);

let server: RedisServer;
let opened: RedisStore[];

beforeAll(async () => {
  server = await startRedisServer(userOption(user, COMMANDS));
});
afterAll(() => server.stop());
beforeEach(async () => {
  opened = [];
  await allow(COMMANDS);
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
});

async function allow(commands: readonly string[], keys?: string): Promise<void> {
  const rules = rulesOf(user, commands, keys);
  await ask(server, 'ACL', 'SETUSER', user.username, 'reset', ...rules);
}

function start(as: { username?: string; password?: string } = user): TestApp {
  const store = new RedisStore({
    url: server.url,
    prefix: randomPrefix(),
    ...as,
    commandTimeoutMs,
  });
  opened.push(store);
  const options = { store, signingKeys: SIGNING_KEY };
  return createTestApp({ clock: createClock(Date.now()), options });
}

async function expectUnavailable({ app, log }: TestApp, reason: string): Promise<void> {
  const answer = await register(app);
  expect(answer.status).toBe(503);
  expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  expect(answer.body).toMatchObject({ error: 'temporarily_unavailable' });
  await eventually(() => expect(log.text()).toMatch(reason));
  expect(answer.text).not.toMatch(reason);
}

describe('a user of Redis who may not do everything (REDIS-10) (FAULT-16)', () => {
  it.each(COMMANDS.filter((name) => !SELDOM.includes(name)))(
    'makes the store unavailable, not wrong, and the log says why: without %s',
    async (missing) => {
      await allow(COMMANDS.filter((name) => name !== missing));
      const { log } = start();
      const [store] = opened;
      if (!store) throw new Error('there is no store');
      // A script is sent whole the first time, and by its digest from then on.
      const twice = everyTransition(store).then(() => everyTransition(store));
      const said = await twice.then(String, String);
      expect(said).toMatch(/^StoreUnavailableError: the store is unavailable \((NOPERM|not conn)/);
      await eventually(() => expect(`${said} ${log.text()}`).toContain('NOPERM'));
      // Before anybody comes: whoever asks for health is told.
      const { conditions } = await store.health();
      expect(conditions.some(({ status }) => status !== 'ok' && status !== 'warn')).toBe(true);
    },
  );

  it('makes it unavailable where the keys are not its own', async () => {
    await allow(COMMANDS, 'somebody-else:*');
    await expectUnavailable(start(), 'NOPERM');
    const [store] = opened;
    expect((await store?.health())?.conditions).toContainEqual(
      expect.objectContaining({ name: 'permissions', status: 'fail', reason: 'not-sufficient' }),
    );
  });

  it('is waited for: a permission that is taken and given back while the server runs', async () => {
    const made = start();
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
    await allow(COMMANDS.filter((name) => name !== 'evalsha'));
    await expectUnavailable(made, 'NOPERM');
    await allow(COMMANDS);
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
  });

  it.each([
    { name: 'a wrong password', as: { ...user, password: wrong.password }, reason: 'WRONGPASS' },
    { name: 'a user that there is not', as: { ...wrong, username: 'nobody' }, reason: 'WRONGPASS' },
  ])('cannot be somebody else: $name', async ({ as, reason }) => {
    const made = start(as);
    await expectUnavailable(made, reason);
    expect(made.log.text()).not.toContain(as.password);
  });

  it('is needed where the server lets in nobody else', async () => {
    await ask(server, 'CONFIG', 'SET', 'requirepass', wrong.password);
    try {
      await expectUnavailable(start({}), 'NOAUTH');
    } finally {
      await ask({ ...server, password: wrong.password }, 'CONFIG', 'SET', 'requirepass', '');
    }
  });

  it('may get another password: the server is there again when it is put back', async () => {
    const made = start();
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
    const changed = rulesOf(wrong, COMMANDS);
    await ask(server, 'ACL', 'SETUSER', user.username, 'reset', ...changed);
    await ask(server, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await expectUnavailable(made, 'WRONGPASS');
    await allow(COMMANDS);
    const [store] = opened;
    if (store) await recovered(store);
    await eventually(async () => expect((await register(made.app)).status).toBe(201));
  });
});

describe('the commands of the store', () => {
  it('are those of the rule, all of them and no others', async () => {
    await ask(server, 'SCRIPT', 'FLUSH');
    await ask(server, 'CONFIG', 'RESETSTAT');
    const made = start();
    await obtainTokens(made.app, SCOPE, { scope: SCOPE });
    // Twice: a script is sent whole the first time.
    for (const store of [...opened, ...opened]) await everyTransition(store);
    const used = Object.keys(await info(server, 'commandstats')).map((name) =>
      name.replace('cmdstat_', ''),
    );
    // Open to every user; and what the test itself has asked.
    const open = ['hello', 'auth', 'quit', 'config|resetstat'];
    expect(used.filter((name) => !open.includes(name)).sort()).toEqual(
      COMMANDS.filter((name) => name !== 'expire').sort(),
    );
  });

  it('are those that operators are told', () => {
    const told = [...textOf('docs/redis.md').matchAll(/`ACL SETUSER ([^`]+)`/g)];
    const rule = told.map(([, text = '']) => text).join(' ');
    const [one, cluster, sweeps] = [COMMANDS, CLUSTER_COMMANDS, SWEEP_COMMANDS].map((names) =>
      names.map((n) => `+${n}`),
    );
    expect(rule).toBe(`dcr on >password ~dcr:* ${(one ?? []).join(' ')}`);
    for (const more of [cluster, sweeps]) {
      expect(textOf('docs/redis.md')).toContain(`\`${(more ?? []).join(' ')}\``);
    }
  });
});
