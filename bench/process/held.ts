/**
 * Holding a process to a part of a core, so that a machine with few of them has enough for several.
 * Linux can, where control groups may be made: as root, mostly.
 *
 * @module
 */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Short, for within each period a process runs at full speed until its part is used up. */
const PERIOD_MICROS = 10_000;

const V1 = '/sys/fs/cgroup/cpu';
const V2 = '/sys/fs/cgroup';

/** @returns What lets go of the group when its process is gone; `undefined` where it cannot be done. */
export function held(pid: number, cores: number): (() => void) | undefined {
  const quota = Math.round(PERIOD_MICROS * cores);
  const isV1 = existsSync(join(V1, 'cpu.cfs_quota_us'));
  const group = join(isV1 ? V1 : V2, `bench-${pid}`);
  const limits = isV1
    ? { 'cpu.cfs_period_us': PERIOD_MICROS, 'cpu.cfs_quota_us': quota }
    : { 'cpu.max': `${quota} ${PERIOD_MICROS}` };
  try {
    mkdirSync(group);
    for (const [file, value] of Object.entries(limits))
      writeFileSync(join(group, file), `${value}`);
    writeFileSync(join(group, 'cgroup.procs'), `${pid}`);
    return () => rmdirSync(group);
  } catch {
    return undefined;
  }
}
