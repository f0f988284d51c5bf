import { beforeEach, describe, expect, it } from '@jest/globals';
import { listKeys, replaceKeys, rewrapKeys, rotateKeys } from '../../lib/keys/key-operations.ts';
import { StoreUnavailableError } from '../../lib/storage/store.ts';
import {
  A,
  B,
  C,
  createKeysBench,
  DAY,
  HOUR,
  kidsOf,
  MINUTE,
  PLAN,
  SECOND,
  type Instance,
  type KeysBench,
} from './support.ts';

let bench: KeysBench;

beforeEach(() => {
  bench = createKeysBench();
});

const look = ({ keys }: Instance): Promise<void> => keys.look();

/** How many copies the envelope has. */
async function copies(): Promise<number> {
  return (await bench.store.read())?.text.split(' ').length ?? 0;
}

describe('instances that start at once', () => {
  it('end with the keys of one of them', async () => {
    const instances = Array.from({ length: 8 }, () => bench.start());
    await Promise.all(instances.map(look));
    const lists = await Promise.all(instances.map(kidsOf));
    expect(new Set(lists.map((list) => list.join())).size).toBe(1);
    expect(instances.flatMap(({ log }) => log.at('info'))).toHaveLength(1);
  });

  it('publish one next key when it is due for all of them', async () => {
    const instances = Array.from({ length: 8 }, () => bench.start());
    await Promise.all(instances.map(look));
    bench.clock.advance(90 * DAY);
    await Promise.all(instances.map(look));
    const lists = await Promise.all(instances.map(kidsOf));
    expect(lists[0]).toHaveLength(2);
    expect(new Set(lists.map((list) => list.join())).size).toBe(1);
  });
});

describe('keys that the store lost', () => {
  it('are put back by an instance that knows them, and not made anew', async () => {
    const instance = bench.start();
    const before = await kidsOf(instance);
    await bench.put(undefined);
    await look(instance);
    expect(await kidsOf(instance)).toEqual(before);
    expect(await kidsOf(bench.start())).toEqual(before);
    expect(instance.log.at('warn').map(({ message }) => message)).toEqual([
      'signing keys put back: the store had lost them',
    ]);
  });

  it('are put back where it went back to earlier ones', async () => {
    const [one, other] = [bench.start(), bench.start()];
    await Promise.all([one, other].map(look));
    const backup = await bench.store.read();
    bench.clock.advance(90 * DAY);
    await look(one);
    await bench.put(backup?.text);
    await look(other);
    expect(await kidsOf(other)).toHaveLength(2);
    // Both published a next one, and somebody may know either.
    await look(one);
    await look(other);
    expect(await kidsOf(one)).toHaveLength(3);
    expect(await kidsOf(one)).toEqual(await kidsOf(other));
  });

  it('are joined with those that an instance made which found none', async () => {
    const [before, cold] = [bench.start(), bench.start()];
    const [old] = await kidsOf(before);
    bench.clock.advance(10 * MINUTE);
    await bench.put(undefined);
    const [made] = await kidsOf(cold);
    bench.clock.advance(30 * SECOND);
    await look(before);
    await look(cold);
    const kids = await kidsOf(bench.start());
    expect(kids).toEqual([made, old]);
    for (const instance of [before, cold]) expect(await kidsOf(instance)).toEqual(kids);
    // Each until the last token that it signed has ended.
    bench.clock.advance(HOUR + 5 * MINUTE - SECOND);
    expect(await kidsOf(before)).toEqual(kids);
    bench.clock.advance(SECOND);
    expect(await kidsOf(before)).toEqual([made]);
  });

  it('do not end before the tokens that an instance signed which started on an older backup', async () => {
    const before = bench.start();
    const [old] = await kidsOf(before);
    const backup = await bench.store.read();
    bench.clock.advance(DAY);
    await rotateKeys(before.keeper, PLAN);
    bench.clock.advance(2 * HOUR);
    await look(before);
    // The old one ends in some minutes; but for an instance that starts now it signs.
    await bench.put(backup?.text);
    const cold = bench.start();
    expect((await cold.keys.current()).kid).toBe(old);
    bench.clock.advance(30 * SECOND);
    await look(before);
    bench.clock.advance(HOUR);
    for (const instance of [before, cold]) {
      await look(instance);
      expect(await kidsOf(instance)).toContain(old);
    }
    bench.clock.advance(5 * MINUTE);
    expect(await kidsOf(before)).not.toContain(old);
  });

  it('do not come back with an instance that was cut off until all of them had ended', async () => {
    const [one, cut] = [bench.start(), bench.start()];
    await Promise.all([one, cut].map(look));
    bench.clock.advance(DAY);
    await rotateKeys(one.keeper, PLAN);
    for (let hours = 0; hours < 3; hours += 1) {
      bench.clock.advance(HOUR);
      await look(one);
    }
    const kids = await kidsOf(one);
    const { writes } = bench.asked;
    await look(cut);
    expect(await kidsOf(cut)).toEqual(kids);
    expect(bench.asked.writes).toBe(writes);
    expect(cut.log.at('warn')).toEqual([]);
  });

  it('do not come back once they were replaced, not even with a backup', async () => {
    const instance = bench.start();
    const before = await kidsOf(instance);
    const backup = await bench.store.read();
    await replaceKeys(instance.keeper);
    await look(instance);
    const after = await kidsOf(instance);
    expect(after).not.toEqual(before);
    await bench.put(backup?.text);
    await look(instance);
    expect(await kidsOf(instance)).toEqual(after);
    expect(await kidsOf(bench.start())).toEqual(after);
  });
});

describe('while secrets are changed', () => {
  /** What an operator does: add the new one last, move it first, take the old one out. */
  const STEPS = [[A], [A, B], [B, A], [B]] as const;

  it.each([
    { step: 'the new one is added', from: 0 },
    { step: 'it is moved first', from: 1 },
    { step: 'the old one is taken out', from: 2 },
  ])('instances of before and after stand side by side when $step', async ({ from }) => {
    const [before, after] = [from, from + 1].map((i) => bench.start({ secrets: STEPS[i] ?? [] }));
    if (!before || !after) throw new Error('there are two');
    await look(before);
    const kids = await kidsOf(before);
    // In whatever order they look and start anew, and as often as they like.
    for (const instance of [after, before, after, after, before, before, after]) {
      await look(instance);
      expect(await kidsOf(instance)).toEqual(kids);
      for (const secrets of [STEPS[from], STEPS[from + 1]]) {
        expect(await kidsOf(bench.start({ secrets: secrets ?? [] }))).toEqual(kids);
      }
    }
  });

  it('no step has to wait for more than the start of its instances', async () => {
    let kids: unknown;
    for (const secrets of [...STEPS, [B, C], [C, B], [C]]) {
      const instance = bench.start({ secrets });
      kids ??= await kidsOf(instance);
      expect(await kidsOf(instance)).toEqual(kids);
      expect(await copies()).toBe(secrets.length);
    }
  });

  it('nothing is written that is not needed', async () => {
    const [one, other] = [bench.start({ secrets: [A, B] }), bench.start({ secrets: [B, A] })];
    await look(one);
    const { writes } = bench.asked;
    for (const instance of [one, other, one, other]) await look(instance);
    expect(bench.asked.writes).toBe(writes);
  });

  it('the old secret opens nothing any more when it was taken out', async () => {
    for (const secrets of STEPS) await look(bench.start({ secrets }));
    await expect(look(bench.start({ secrets: [A] }))).rejects.toThrow('unknown secret');
  });

  it('a jump that skips the steps is refused and undone by going back', async () => {
    const before = await kidsOf(bench.start({ secrets: [A] }));
    await expect(look(bench.start({ secrets: [B] }))).rejects.toThrow('unknown secret');
    expect(await kidsOf(bench.start({ secrets: [B, A] }))).toEqual(before);
  });
});

describe('what an operator does with keys', () => {
  it('lists none where no server has made any, and makes none', async () => {
    const { keeper } = bench.start();
    expect(await listKeys(keeper)).toEqual([]);
    for (const operation of [rotateKeys(keeper, PLAN), replaceKeys(keeper), rewrapKeys(keeper)]) {
      await expect(operation).rejects.toThrow(StoreUnavailableError);
    }
    expect(await bench.store.read()).toBeUndefined();
  });

  it('does not say that it was done when nothing could be written', async () => {
    const { keeper, keys } = bench.start({ secrets: [A, B] });
    await keys.current();
    const { keeper: rewrapping } = bench.start({ secrets: [B] });
    bench.fail('replace');
    for (const operation of [
      rotateKeys(keeper, PLAN),
      replaceKeys(keeper),
      rewrapKeys(rewrapping),
    ]) {
      await expect(operation).rejects.toThrow(StoreUnavailableError);
    }
  });

  it('rotates: the next one signs in an hour, the one before stays for its tokens', async () => {
    const { keeper, keys } = bench.start();
    const { kid } = await keys.current();
    bench.clock.advance(DAY);
    await rotateKeys(keeper, PLAN);
    const [signing, next] = await listKeys(keeper);
    expect(signing).toMatchObject({ kid, alg: 'ES256', use: 'signs' });
    expect(next).toMatchObject({ use: 'next', signs_from: bench.clock.now() + HOUR });
    await rotateKeys(keeper, PLAN);
    expect(await listKeys(keeper)).toEqual([signing, next]);
    bench.clock.advance(HOUR);
    expect((await listKeys(keeper)).map(({ use }) => use)).toEqual(['signs', 'previous']);
    expect(JSON.stringify(await listKeys(keeper))).not.toMatch(/"d"|private/);
  });

  it('replaces: one new key is left', async () => {
    const { keeper, keys } = bench.start();
    const { kid } = await keys.current();
    await replaceKeys(keeper);
    const [only, ...others] = await listKeys(keeper);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ use: 'signs', signs_from: bench.clock.now() });
    expect(only?.kid).not.toBe(kid);
  });

  it('seals them for the secrets that are configured', async () => {
    const kids = await kidsOf(bench.start({ secrets: [A] }));
    await rewrapKeys(bench.start({ secrets: [B, A] }).keeper);
    expect(await copies()).toBe(2);
    expect(await kidsOf(bench.start({ secrets: [B] }))).toEqual(kids);
  });
});
