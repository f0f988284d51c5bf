import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError, type Store, type Switches } from '../../lib/storage/store.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens } from '../support/flow.ts';
import { PATIENCE_MS, STORE_KINDS, type Deployment } from '../support/stores.ts';

/** A store whose switches are read when the test says so. */
interface HeldStore {
  readonly store: Store;
  /** Lets whoever has asked, and whoever asks from now on, read them. */
  answer(): void;
  /** Fails whoever has asked; the next one waits again. */
  fail(): void;
}

function hold(store: Store): HeldStore {
  let waiting: ((outcome: 'read' | 'fail') => void)[] = [];
  let isOpen = false;
  const read = async (): Promise<Switches> => {
    const outcome = isOpen
      ? 'read'
      : await new Promise<'read' | 'fail'>((resolve) => {
          waiting.push(resolve);
        });
    if (outcome === 'read') return store.switches.read();
    throw new StoreUnavailableError('the store is unavailable (test)');
  };
  const tell = (outcome: 'read' | 'fail'): void => {
    const told = waiting;
    waiting = [];
    for (const one of told) one(outcome);
  };
  return {
    store: replaced(store, { switches: replaced(store.switches, { read }) }),
    answer() {
      isOpen = true;
      tell('read');
    },
    fail: () => tell('fail'),
  };
}

function replaced<Whole extends object>(whole: Whole, parts: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, name) {
      if (name in parts) return Reflect.get(parts, name) as unknown;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

describe.each(STORE_KINDS)(
  'an instance with keys of its own that has just started ($kind)',
  (kind) => {
    let deployment: Deployment;
    let clock: Clock;
    let made: TestApp[];

    beforeEach(() => {
      clock = createClock(Date.now());
      deployment = kind.deploy(clock);
      made = [];
    });
    afterEach(async () => {
      await Promise.all(made.map(({ server }) => server.close()));
      await deployment.close();
    });

    function start(store = deployment.store()): TestApp {
      const one = createTestApp({ clock, options: { store, signingKeys: SIGNING_KEY } });
      made.push(one);
      return one;
    }

    /** What the instance says of a token that it asks nobody about. */
    function fateAt({ server }: TestApp, token: string): Promise<'good' | 'refused'> {
      return server.verifyAccessToken(token).then(
        () => 'good',
        () => 'refused',
      );
    }

    /** A token that everything until after it has been ended for, and an instance that does not know yet. */
    async function ended(): Promise<{ token: string; old: TestApp }> {
      const old = start();
      const { access_token } = await obtainTokens(old.app, 'openid');
      clock.advance(2_000);
      const store = deployment.store();
      await store.switches.raise(Math.floor(store.now()));
      return { token: access_token, old };
    }

    it('refuses what was issued until all was ended, from its first request on', async () => {
      const { token, old } = await ended();
      const held = hold(deployment.store());
      const fresh = start(held.store);
      const fate = fateAt(fresh, token);
      // As long as it takes to look at a token, many times.
      for (let i = 0; i < 10; i += 1) await fateAt(old, token);
      held.answer();
      expect(await fate).toBe('refused');
      expect(await fateAt(fresh, token)).toBe('refused');
    });

    it('waits for its first contact with the store and for no other, and hears of it all the same', async () => {
      const { token, old } = await ended();
      const held = hold(deployment.store());
      const fresh = start(held.store);
      const fate = fateAt(fresh, token);
      for (let i = 0; i < 10; i += 1) await fateAt(old, token);
      held.fail();
      expect(await fate).toBe('good');
      // The next look has begun, or will soon: it hangs either way.
      expect(await fateAt(fresh, token)).toBe('good');
      held.answer();
      const deadline = performance.now() + PATIENCE_MS;
      while ((await fateAt(fresh, token)) === 'good') {
        if (performance.now() > deadline) throw new Error('it has not heard of it');
        await wait(50);
      }
    });
  },
);
