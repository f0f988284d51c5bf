/**
 * Whether a fault has stopped what it stops, and nothing else.
 *
 * @module
 */
import type { Fault } from './faults.ts';
import { STATEFUL, WRITING, type Entry, type FaultSpan, type TrafficRecord } from './record.ts';
import { isIn, slotsAskedBy } from './slots.ts';

/** Of requests in a few seconds: enough to see what befalls them. */
const SOME = 15;

/** Outcomes that do not fit a fault: it did not stop what it stops, or more than that. */
export function wrongOutcomes(
  { stops }: Pick<Fault, 'stops'>,
  { since, until, slots }: FaultSpan,
  { entries }: TrafficRecord,
): string[] {
  const during = entries.filter(({ startedAt, endedAt }) => startedAt >= since && endedAt <= until);
  const stopped = stops === 'everything' ? STATEFUL : WRITING;
  const wrong = (['A', 'B'] as const).flatMap((instance) =>
    stopped.flatMap((endpoint) => {
      const asked = during.filter(
        (entry) => entry.endpoint === endpoint && entry.instance === instance && entry.isRight,
      );
      const works = ({ status }: Entry): boolean => status !== 503;
      if (stops === 'some' || stops === 'perhaps') return [];
      if (asked.length === 0) return [`${endpoint} at ${instance} was not asked`];
      const isRight = stops === 'nothing' ? asked.every(works) : !asked.some(works);
      return isRight ? [] : [`${endpoint} at ${instance}: ${String(asked.map((e) => e.status))}`];
    }),
  );
  if (stops === 'some' && !during.some(({ status }) => status === 503)) {
    wrong.push('nothing was stopped');
  }
  // Those that were not met are in the ledger; here, that there were some.
  const beside = during.filter((entry) => {
    const asked = slotsAskedBy(entry) ?? [];
    return slots && asked.length > 0 && !asked.some((slot) => isIn(slots, slot));
  });
  if (slots && beside.length < SOME) wrong.push(`${beside.length} requests were about other slots`);
  return wrong;
}
