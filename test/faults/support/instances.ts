/**
 * An instance that listens on a port, as in production: the real clock, sockets that stay open.
 *
 * @module
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Store } from '../../../lib/storage/store.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { SIGNING_KEY } from '../../support/deployment.ts';
import { until } from '../../support/redis-ask.ts';
import type { Target } from './recorder.ts';

export interface Instance extends Target {
  readonly log: TestApp['log'];
  close(): Promise<void>;
}

/** Counted in Redis like those of a deployment, and out of reach. */
const NEVER_REACHED = { limit: 1_000_000, windowSeconds: 60 };
const RATE_LIMITS = {
  register: NEVER_REACHED,
  registerTotal: NEVER_REACHED,
  authorize: NEVER_REACHED,
  token: NEVER_REACHED,
};

/** Its own clock, which nobody moves. */
const REAL_CLOCK = { now: Date.now, advance: () => undefined };

/** Instances of one deployment have the same keys: given to all of them, or made and kept in the store. */
export const KEPT = 'kept';

/** @param signingKeys - With {@link KEPT} it is there when it knows them, so the store has to be there too. */
export async function startInstance(
  name: string,
  store: Store,
  signingKeys: string = SIGNING_KEY,
): Promise<Instance> {
  const options = {
    store,
    rateLimits: RATE_LIMITS,
    ...(signingKeys !== KEPT && { signingKeys }),
  };
  const { app, log, server: authorizationServer } = createTestApp({ clock: REAL_CLOCK, options });
  if (signingKeys === KEPT) {
    await until('the keys are known', async () => {
      const { conditions } = await authorizationServer.health();
      return conditions.some(({ name, status }) => name === 'keys' && status === 'ok');
    });
  }
  app.get('/live', authorizationServer.liveHandler);
  const server = createServer(app);
  // Sockets that are kept open would end in the very moment in which they are used again.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    name,
    origin: `http://127.0.0.1:${String(port)}`,
    log,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await store.close();
    },
  };
}
