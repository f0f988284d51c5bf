/**
 * Several processes as one server.
 *
 * @module
 */
import type { ContenderProcess } from './contender-process.ts';
import type { Usage } from './messages.ts';

/** What is asked goes to them in turn, and what they use is one sum. */
export function asOne(
  first: ContenderProcess,
  ...others: readonly ContenderProcess[]
): ContenderProcess {
  const all = [first, ...others];
  return {
    ...first,
    origins: all.map(({ origin }) => origin),
    async usage() {
      const usages = await Promise.all(all.map((one) => one.usage()));
      const sum = (of: (usage: Usage) => number): number =>
        usages.reduce((total, usage) => total + of(usage), 0);
      return {
        cpuMicros: sum(({ cpuMicros }) => cpuMicros),
        residentSize: sum(({ residentSize }) => residentSize),
        redis: {
          commands: sum(({ redis }) => redis.commands),
          roundTrips: sum(({ redis }) => redis.roundTrips),
          bytesSent: sum(({ redis }) => redis.bytesSent),
          bytesReceived: sum(({ redis }) => redis.bytesReceived),
        },
      };
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}
