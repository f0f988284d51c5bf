import { describe, expect, it } from '@jest/globals';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { createTestApp } from '../support/app.ts';
import { storeWith } from '../support/around-store.ts';
import { createClock } from '../support/clock.ts';
import { Browser, locationOf, redirectParameters, registeredClientId } from '../support/flow.ts';
import { openPage } from './support/consent.ts';

/** What a press that comes second reads after the first one was answered; the rest it has read before. */
const LATE = ['authorizations.find', 'grants.find'];

describe('an allow that is pressed while the same one is under way', () => {
  it.each(LATE)('gives the same code, though %s came late', async (late) => {
    const clock = createClock();
    const memory = new MemoryStore({ now: clock.now });
    const first = createTestApp({ clock, options: { store: memory } });
    const browser = new Browser(first.app, 'alice');
    const { url, csrf } = await openPage(browser, await registeredClientId(first.app));

    let press: () => void = () => undefined;
    const isRead = new Promise<void>((resolve) => {
      press = resolve;
    });
    let answer: () => void = () => undefined;
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const store = storeWith(memory, (part) => (name, run) => async (...given) => {
      if (`${part}.${name}` !== late) return run(...given);
      press();
      await isAnswered;
      return run(...given);
    });
    const second = createTestApp({ clock, options: { store } });

    const again = browser.at(second.app).post(url, { decision: 'allow', csrf });
    await isRead;
    const allowed = await browser.post(url, { decision: 'allow', csrf });
    answer();
    expect(redirectParameters(allowed)).toHaveProperty('code');
    expect(locationOf(await again)).toBe(locationOf(allowed));
  });
});
