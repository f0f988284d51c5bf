/**
 * Two places at which instances run, and at each of them one for every policy: to change the policy is
 * to ask another one, as after a deploy.
 */
import type { AuditEvent } from '../../lib/operations/audit-events.ts';
import type { Store } from '../../lib/storage/store.ts';
import type { TestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import type { StoreKind } from '../support/stores.ts';
import { storeWith } from '../support/around-store.ts';
import { deployLosing, type Losing } from './failover.ts';
import { ACCESS_TTL, API_SECRET, LIFETIMES, POLICIES } from './settings.ts';
import type { Turns } from './turns.ts';

/** As many requests as are under way at once. */
export const PLACES = 2;

/** The events that are about grants and about who may have them. */
const TOLD = /^(?:grants?\.|code\.|refresh\.|client\.(?:blocked|unblocked|deleted))/;

/** An instance, and the store as it sees it. */
export interface Place extends Pick<TestApp, 'app' | 'server'> {
  readonly store: Store;
  readonly policy: number;
}

export class Instances {
  readonly deployment: TestDeployment;
  /** The store as nobody's request sees it. */
  readonly store: Store;
  readonly losing: Losing;
  readonly #places: readonly (readonly Place[])[];
  readonly #startedAt: number;
  readonly #begun = performance.now();
  #events: AuditEvent[] = [];

  constructor(kind: StoreKind['kind'], turns?: Turns) {
    let losing: Losing | undefined;
    let nth = 0;
    const deploy: StoreKind['deploy'] = (clock) => {
      const made = deployLosing(kind, clock);
      losing = made;
      return {
        ...made,
        store() {
          const place = Math.floor(nth / POLICIES.length);
          nth += 1;
          return turns && place < PLACES ? storeWith(made.store(), turns.at(place)) : made.store();
        },
      };
    };
    this.deployment = createDeployment(
      { kind, deploy },
      { ...LIFETIMES, resourceServers: [{ id: 'api', secret: API_SECRET }] },
    );
    if (!losing) throw new Error('nothing was deployed');
    this.losing = losing;
    this.store = losing.store();
    this.#startedAt = this.deployment.clock.now();
    this.#places = Array.from({ length: PLACES }, (_, place) =>
      POLICIES.map((options, policy) => {
        const onEvent = (event: AuditEvent): void => void this.#events.push(event);
        const { app, server } = this.deployment.start({ ...options, onEvent });
        return {
          app,
          server,
          policy,
          store: turns ? storeWith(this.store, turns.at(place)) : this.store,
        };
      }),
    );
  }

  /** The instance at a place that has this policy. */
  at(place: number, policy: number): Place {
    const found = this.#places[place]?.[policy];
    if (!found) throw new Error('no such instance');
    return found;
  }

  /** The second of the run that a time of the store is in, to the tick. */
  tickOf(time: number): number {
    return Math.floor((time - this.#startedAt) / 20_000);
  }

  /** What was told of since the last time that somebody asked. */
  takeEvents(): AuditEvent[] {
    const told = this.#events.filter(({ name }) => TOLD.test(name));
    this.#events = [];
    return told;
  }

  /** Every instance looks at the switches, which it would do by itself in a moment. */
  async lookAtSwitches(): Promise<void> {
    const all = this.#places.flat().map(({ server }) => server.clients.openRegistration());
    await Promise.all(all);
  }

  /** Whether the machine was so slow that the clocks have come apart; then nothing is proven. */
  get isLate(): boolean {
    return performance.now() - this.#begun > 8_000;
  }

  async close(): Promise<void> {
    await Promise.all(this.#places.flat().map(({ server }) => server.close()));
    await this.deployment.close();
  }
}

/** Seconds, to the tick that they are in; the life of an access token where that is all. */
export function lifetime(seconds: number): string {
  return seconds >= ACCESS_TTL ? 'whole' : `~${String(Math.floor(seconds / 20))}`;
}
