/**
 * The worked examples: who uses a server, and how much.
 *
 * @module
 */
import type { People } from './sizing.ts';

export interface Example extends People {
  readonly name: string;
}

/** Three clients, a login with each of them once a month, and a refresh each hour of work with two. */
const AT_WORK = { clientsPerUser: 3, loginsPerUserADay: 0.1, refreshesPerUserADay: 16 };

export const EXAMPLES: readonly Example[] = [
  { name: 'a team', users: 100, ...AT_WORK },
  { name: 'a company', users: 10_000, ...AT_WORK },
  { name: 'a service that all use at work', users: 1_000_000, ...AT_WORK },
  {
    ...{ name: 'a service that all use now and then', users: 1_000_000 },
    ...{ clientsPerUser: 2, loginsPerUserADay: 0.05, refreshesPerUserADay: 2 },
  },
];
