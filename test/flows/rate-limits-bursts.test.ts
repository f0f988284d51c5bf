import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { few, from, onlyLimits, registerAs, statuses, times } from '../http/support/limits.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { STORE_KINDS } from '../support/stores.ts';

describe.each(STORE_KINDS)('a burst of one address ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instances: TestApp[];

  beforeEach(() => {
    deployment = createDeployment(storeKind);
    const limits = { register: few(3), registerTotal: few(100) };
    instances = [1, 2].map(() => deployment.start({ rateLimits: onlyLimits(limits) }));
    for (const { app } of instances) app.set('trust proxy', 1);
  });
  afterEach(async () => {
    await deployment.close();
  });

  it.each([
    { name: 'IPv4', burst: '203.0.113.66', neighbour: (i: number) => `203.0.113.${String(i)}` },
    {
      name: 'IPv6',
      burst: '2001:db8:1:ffff::1',
      neighbour: (i: number) => `2001:db8:1:${String(i)}::1`,
    },
  ])('keeps none of its neighbours out, at any instance: $name', async ({ burst, neighbour }) => {
    const flood = instances.flatMap(({ app }) =>
      Array.from({ length: 60 }, () => registerAs(app, from(burst))),
    );
    const within = statuses(await Promise.all(flood)).filter((status) => status === 201);
    expect(within.length).toBeLessThanOrEqual(3);
    const neighbours = await times(12, (i) =>
      registerAs(instances[i % 2]!.app, from(neighbour(i + 1))),
    );
    expect(statuses(neighbours)).toEqual(Array(12).fill(201));
  });
});
