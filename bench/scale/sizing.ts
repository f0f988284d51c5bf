/**
 * From people to machines: what so many users need, by what one of everything was measured to cost.
 *
 * @module
 */
import type { MemoryEach } from './memory.ts';

/** What people do. */
export interface People {
  readonly users: number;
  readonly clientsPerUser: number;
  readonly loginsPerUserADay: number;
  readonly refreshesPerUserADay: number;
}

/** One request, or one login with all of its requests. */
export interface RequestCost {
  readonly commands: number;
  /** Microseconds of the server. */
  readonly cpuMicros: number;
  /** Microseconds of Redis. */
  readonly redisCpuMicros: number;
}

export interface Costs {
  readonly bytes: MemoryEach;
  readonly register: RequestCost;
  /** From the authorization request to the tokens, each page in between included. */
  readonly login: RequestCost;
  readonly refresh: RequestCost;
}

export interface Needs {
  readonly clients: number;
  readonly grants: number;
  readonly redisBytes: number;
  /** In the busiest hour, as the rest. */
  readonly commandsPerSecond: number;
  /** Part of the one thread that Redis works with. */
  readonly redisBusy: number;
  /** How many cores the instances are busy with. */
  readonly coresBusy: number;
  readonly instances: number;
  /** Whether one server is not enough. */
  readonly isClusterDue: boolean;
  /** So many users, doing the same, are the most for one server. */
  readonly mostUsersOfOneServer: number;
}

/** What is decided and not measured. */
export const ASSUMED = {
  /** Part of a day's requests that come in its busiest hour. */
  busiestHour: 0.2,
  /** A grant lives no longer, whether it is refreshed or not. */
  grantDays: 90,
  mostGrantsPerUser: 200,
  /** What strangers can register and nobody uses. */
  unusedClients: 50_000,
  /** How long an authorization in progress, and what is counted of a caller, is there. */
  pendingSeconds: 660,
  /** Busier than that is nothing by itself: there have to be peaks, and one of two may be away. */
  mostBusy: 0.5,
  /** One is no spare. */
  leastInstances: 2,
  /** A server with more takes too long to save, to fill a replica, and to start again. */
  mostBytes: 16 * 2 ** 30,
} as const;

export function needsOf(people: People, costs: Costs): Needs {
  const needs = needsOfOneServer(people, costs);
  const fixed = ASSUMED.unusedClients * costs.bytes.client;
  const byMemory = (ASSUMED.mostBytes - fixed) / ((needs.redisBytes - fixed) / people.users);
  const byCommands = ASSUMED.mostBusy / (needs.redisBusy / people.users);
  const mostUsersOfOneServer = Math.floor(Math.min(byMemory, byCommands));
  return {
    ...needs,
    mostUsersOfOneServer,
    isClusterDue: people.users > mostUsersOfOneServer,
  };
}

function needsOfOneServer(
  people: People,
  costs: Costs,
): Omit<Needs, 'isClusterDue' | 'mostUsersOfOneServer'> {
  const { users, clientsPerUser, loginsPerUserADay, refreshesPerUserADay } = people;
  const { bytes, login, refresh, register } = costs;
  const clients = users * clientsPerUser;
  const grantsPerUser = Math.min(loginsPerUserADay * ASSUMED.grantDays, ASSUMED.mostGrantsPerUser);
  const perSecond = (aDay: number): number => (users * aDay * ASSUMED.busiestHour) / 3600;
  const logins = perSecond(loginsPerUserADay);
  const refreshes = perSecond(refreshesPerUserADay);
  // Many clients register anew at each login, and none does so more often.
  const atPeak = (of: (cost: RequestCost) => number): number =>
    logins * (of(login) + of(register)) + refreshes * of(refresh);
  const coresBusy = atPeak(({ cpuMicros }) => cpuMicros) / 1_000_000;
  return {
    clients,
    grants: users * grantsPerUser,
    redisBytes:
      (clients + ASSUMED.unusedClients) * bytes.client +
      clients * bytes.consent +
      users * (bytes.indexOfPerson + grantsPerUser * (bytes.grant + bytes.indexEntry)) +
      logins * ASSUMED.pendingSeconds * (bytes.pending + bytes.code) +
      users * bytes.counter,
    commandsPerSecond: atPeak(({ commands }) => commands),
    redisBusy: atPeak(({ redisCpuMicros }) => redisCpuMicros) / 1_000_000,
    coresBusy,
    instances: Math.max(ASSUMED.leastInstances, Math.ceil(coresBusy / ASSUMED.mostBusy)),
  };
}
