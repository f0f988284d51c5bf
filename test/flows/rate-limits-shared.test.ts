import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { few, from, onlyLimits, registerAs, statuses, times } from '../http/support/limits.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { eventually } from '../support/eventually.ts';
import { STORE_KINDS } from '../support/stores.ts';

describe.each(STORE_KINDS)('limits of several instances ($kind)', (storeKind) => {
  let deployment: TestDeployment;

  beforeEach(() => {
    deployment = createDeployment(storeKind);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it('are one budget, which a restart does not renew (ABUSE-01)', async () => {
    const options = { rateLimits: onlyLimits({ register: few(20) }) };
    const [a, b] = [deployment.start(options), deployment.start(options)];
    expect(statuses(await times(11, () => registerAs(a.app)))).toEqual(Array(11).fill(201));
    const onB = statuses(await times(11, () => registerAs(b.app)));
    expect(onB).toEqual([...Array(9).fill(201), 429, 429]);
    await a.server.close();
    const restarted = deployment.start(options);
    expect((await registerAs(restarted.app)).status).toBe(429);
  });

  it('let exactly as many in of those that come at once, to all of them', async () => {
    const options = { rateLimits: onlyLimits({ register: few(200), registerTotal: few(30) }) };
    const instances = [1, 2, 3].map(() => deployment.start(options));
    const answers = await Promise.all(
      instances.flatMap(({ app }, i) =>
        Array.from({ length: 25 }, (_, n) =>
          registerAs(app, from(`10.0.${String(i)}.${String(n)}`)),
        ),
      ),
    );
    const in201 = statuses(answers).filter((status) => status === 201);
    expect(in201).toHaveLength(30);
  });

  it('let in again who waits as long as the answer says', async () => {
    const rateLimits = onlyLimits({ register: { limit: 1, windowSeconds: 2 } });
    const { app } = deployment.start({ rateLimits });
    expect((await registerAs(app)).status).toBe(201);
    // Where the machine stood still for the two seconds, another window has begun.
    const refused = await eventually(async () => {
      const answer = await registerAs(app);
      expect(answer.status).toBe(429);
      return answer;
    });
    const seconds = Number(refused.headers['retry-after']);
    expect([1, 2]).toContain(seconds);
    await wait(seconds * 1000);
    expect((await registerAs(app)).status).toBe(201);
  });

  it('for all together cannot be used up by one network, whichever instance it asks', async () => {
    const options = { rateLimits: onlyLimits({ register: few(3), registerTotal: few(6) }) };
    const instances = [deployment.start(options), deployment.start(options)];
    for (const { app } of instances) app.set('trust proxy', 1);
    const flood = instances.flatMap(({ app }) =>
      Array.from({ length: 60 }, () => registerAs(app, from('203.0.113.66'))),
    );
    const within = statuses(await Promise.all(flood)).filter((status) => status === 201);
    // In the first moment the flood stands in the count for all, and may keep itself out with that.
    expect(within.length).toBeLessThanOrEqual(3);
    const others = await times(6, (i) =>
      registerAs(instances[i % 2]!.app, from(`198.51.100.${String(i)}`)),
    );
    const left = 6 - within.length;
    expect(statuses(others)).toEqual([
      ...Array<number>(left).fill(201),
      ...Array<number>(6 - left).fill(429),
    ]);
  });

  it('know a caller by another name the next day', async () => {
    const options = { rateLimits: onlyLimits({ register: few(1) }) };
    const { app } = deployment.start(options);
    expect(statuses(await times(2, () => registerAs(app)))).toEqual([201, 429]);
    deployment.clock.advance(24 * 3600_000);
    expect(statuses(await times(2, () => registerAs(app)))).toEqual([201, 429]);
  });
});
