/**
 * Instances of one deployment: same issuer, same secret, same keys, each with its own connection.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';
import type { Store } from '../../lib/storage/store.ts';
import { createTestApp, type TestApp, type TestAppOptions } from './app.ts';
import { createClock, type Clock } from './clock.ts';
import type { StoreKind } from './stores.ts';

/** What all instances of a deployment sign with. */
export const SIGNING_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

export interface TestDeployment {
  readonly clock: Clock;
  /** Starts an instance; its options may differ, as in a rolling deploy. */
  start(
    options?: Partial<AuthorizationServerOptions>,
    more?: Omit<TestAppOptions, 'options' | 'clock'>,
  ): TestApp;
  /** What the instances keep, to look at and to put something into. */
  store(): Store;
  close(): Promise<void>;
}

export function createDeployment(
  { deploy }: StoreKind,
  common: Partial<AuthorizationServerOptions> = {},
): TestDeployment {
  const clock = createClock(Date.now());
  const deployment = deploy(clock);
  return {
    clock,
    start: (options = {}, more = {}) =>
      createTestApp({
        ...more,
        clock,
        options: { signingKeys: SIGNING_KEY, ...common, ...options, store: deployment.store() },
      }),
    store: () => deployment.store(),
    close: () => deployment.close(),
  };
}
