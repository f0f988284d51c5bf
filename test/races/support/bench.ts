/**
 * Two instances of one deployment that listen, each with its own connection to Redis, and a look at what
 * they leave there.
 *
 * @module
 */
import type { AuthorizationServerOptions } from '../../../lib/options/options.ts';
import type { AuthorizationServer } from '../../../lib/authorization-server.ts';
import type { Store } from '../../../lib/storage/store.ts';
import { KEPT } from '../../faults/support/instances.ts';
import { wrongInKeys } from '../../faults/support/state.ts';
import { createAuditRecorder, type AuditRecorder } from '../../support/audit-recorder.ts';
import { SIGNING_KEY } from '../../support/deployment.ts';
import { listen, type Listening } from '../../support/listening.ts';
import { createSharingBench, type SharingBench } from '../../support/kept-keys.ts';
import { tally } from './rounds.ts';

export interface RaceInstance {
  /** Where it listens: what the helpers of `test/support` are given in the place of an app. */
  readonly app: string;
  readonly server: AuthorizationServer;
  readonly audit: AuditRecorder;
}

export interface RaceBench extends Pick<SharingBench, 'clock'> {
  readonly instances: readonly [RaceInstance, RaceInstance];
  /** What the instances keep, to look at. */
  readonly store: Store;
  /** How many keys of each kind there are in Redis. */
  kinds(): Promise<Record<string, number>>;
  /** What of it contradicts itself. */
  wrong(): Promise<string[]>;
  /** How often each event was told of, at both together. */
  events(): Record<string, number>;
  close(): Promise<void>;
}

/**
 * @param options - Of both; there is no baseline unless these say so.
 * @param signingKeys - With {@link KEPT} they make their own, and share them.
 */
export async function startRaceBench(
  options: Partial<AuthorizationServerOptions> = {},
  signingKeys: string = SIGNING_KEY,
): Promise<RaceBench> {
  const sharing = createSharingBench();
  const listening: Listening[] = [];
  const start = async (): Promise<RaceInstance> => {
    const audit = createAuditRecorder();
    const { onEvent } = audit;
    const given = signingKeys === KEPT ? {} : { signingKeys };
    const common = { baselineClientScopes: [], onEvent, ...given };
    const { app, server } = sharing.start({ ...common, ...options });
    const one = await listen(app);
    listening.push(one);
    return { app: one.url, server, audit };
  };
  const instances = [await start(), await start()] as const;
  const { clock, prefix, atKey } = sharing;
  return {
    clock,
    store: sharing.store(),
    instances,
    kinds: () =>
      atKey(async (redis) => {
        const names = await redis.keys(`${prefix}*`);
        return tally(names.map((name) => kindOf(name.slice(prefix.length))).filter(isOfRequests));
      }),
    wrong: () => atKey((redis) => wrongInKeys(redis, prefix)),
    events: () => tally(instances.flatMap(({ audit }) => audit.events.map(({ name }) => name))),
    async close() {
      for (const one of listening) one.stop();
      await sharing.close();
    },
  };
}

/** Its first word; of what has many, the last one too. */
function kindOf(name: string): string {
  const [first = '', , last = ''] = name.split(':');
  return first === 'subject' || first === 'clients' ? `${first} ${last}` : first;
}

/** The counts for the charts are written every few seconds, or not yet. */
function isOfRequests(kind: string): boolean {
  return kind !== 'stats' && kind !== 'issuer';
}
