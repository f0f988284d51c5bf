import {
  StoreUnavailableError,
  type AssertionStore,
  type AuthorizationStore,
  type ClientStateStore,
  type ClientStore,
  type ConsentStore,
  type PushedRequestStore,
  type GrantStore,
  type InitialAccessTokenStore,
  type Store,
  type UpstreamTokenStore,
} from '../../../lib/storage/store.ts';
import { MemoryStore } from '../../../lib/storage/memory/memory-store.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../../support/app.ts';
import { createClock, type Clock } from '../../support/clock.ts';

/** A store that tells what is done to it, and fails where it is told to. */
export interface WatchedStore extends Store {
  /** Every call that may change something, such as `clients.insert`. */
  readonly writes: readonly string[];
  /** Forgets the writes so far. */
  forget(): void;
  /** From now on these calls fail, such as `clients.find`; without names, all of them do. */
  fail(...calls: readonly string[]): void;
  recover(): void;
  /** The next two of this call, such as `clients.update`, wait for each other before either is made. */
  pair(call: string): void;
}

export function createWatchedStore(clock: Clock): WatchedStore {
  const store = new MemoryStore({ now: clock.now });
  const writes: string[] = [];
  let isAway: (call: string) => boolean = () => false;
  let paired: Pair | undefined;

  function watch<Artifact extends object>(name: string, artifact: Artifact): Artifact {
    return new Proxy(artifact, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]): Promise<unknown> => {
          const call = `${name}.${String(property)}`;
          if (property !== 'find') writes.push(call);
          if (isAway(call)) throw new StoreUnavailableError('the store is unavailable (test)');
          if (paired?.call === call) await paired.meet();
          return Reflect.apply(member as (...args: unknown[]) => unknown, target, given);
        };
      },
    });
  }

  return {
    shared: false,
    clients: watch<ClientStore>('clients', store.clients),
    clientStates: watch<ClientStateStore>('clientStates', store.clientStates),
    authorizations: watch<AuthorizationStore>('authorizations', store.authorizations),
    grants: watch<GrantStore>('grants', store.grants),
    pushedRequests: watch<PushedRequestStore>('pushedRequests', store.pushedRequests),
    consents: watch<ConsentStore>('consents', store.consents),
    upstreamTokens: watch<UpstreamTokenStore>('upstreamTokens', store.upstreamTokens),
    initialAccessTokens: watch<InitialAccessTokenStore>(
      'initialAccessTokens',
      store.initialAccessTokens,
    ),
    assertions: watch<AssertionStore>('assertions', store.assertions),
    // Nobody's answer hangs on it, and it comes when it likes.
    stats: store.stats,
    keys: store.keys,
    switches: store.switches,
    claim: (issuer) => store.claim(issuer),
    now: () => store.now(),
    close: () => store.close(),
    writes,
    forget() {
      writes.length = 0;
    },
    fail(...calls) {
      isAway = (call) => calls.length === 0 || calls.includes(call);
    },
    recover() {
      isAway = () => false;
    },
    pair(call) {
      paired = pairOf(call);
    },
  };
}

interface Pair {
  readonly call: string;
  /** Settles when the second one has come; from then on at once. */
  readonly meet: () => Promise<void>;
}

function pairOf(call: string): Pair {
  let come = 0;
  let open: () => void;
  const both = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    call,
    meet: () => {
      come += 1;
      if (come === 2) open();
      return both;
    },
  };
}

export interface WatchedApp extends TestApp {
  readonly store: WatchedStore;
}

/** The test app on a watched store. */
export function createWatchedApp(given: TestAppOptions = {}): WatchedApp {
  const clock = given.clock ?? createClock();
  const store = createWatchedStore(clock);
  return {
    ...createTestApp({ ...given, clock, options: { ...given.options, store } }),
    store,
  };
}

/** Two instances with options of their own on one store: the same secret and keys are the caller's. */
export function createTwoApps(
  first: TestAppOptions,
  second: TestAppOptions,
): { first: TestApp; second: TestApp; clock: Clock; store: WatchedStore } {
  const clock = createClock();
  const store = createWatchedStore(clock);
  const make = (given: TestAppOptions): TestApp =>
    createTestApp({ ...given, clock, options: { ...given.options, store } });
  return { first: make(first), second: make(second), clock, store };
}
