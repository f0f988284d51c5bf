/**
 * Loggers of a host that do not work, and what Node hears of it.
 */
import { setImmediate as nextRound } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';
import type { Logger } from '../../lib/operations/logger.ts';

/** What must not get out by way of the failure. */
const CANARY = 'canary-of-the-logger';

export interface FailingLogger {
  readonly logger: Logger;
  /** How often it was told something. */
  readonly calls: () => number;
}

function failingLogger(fail: () => unknown): FailingLogger {
  let calls = 0;
  const say = (): unknown => {
    calls += 1;
    return fail();
  };
  return { logger: { debug: say, info: say, warn: say, error: say }, calls: () => calls };
}

export const FAILING_LOGGERS: readonly { name: string; create: () => FailingLogger }[] = [
  {
    name: 'throws',
    create: () =>
      failingLogger(() => {
        throw new TypeError(CANARY);
      }),
  },
  {
    name: 'rejects later',
    create: () => failingLogger(() => Promise.reject(new TypeError(CANARY))),
  },
];

/** What Node says when one of them fails: of which kind the failure was, and nothing that it said. */
export const LOGGER_FAILED = 'express-dcr: the logger failed (TypeError)';

export interface Heard {
  /** Warnings of ours. */
  readonly warnings: readonly string[];
  /** What was rejected and nobody took care of. */
  readonly rejections: readonly unknown[];
}

/** What Node has to say while something is done; it is not printed. */
export async function heardDuring(run: () => unknown): Promise<Heard> {
  // Jest gives each test file a process that hears of nothing; this is the one that does.
  const node = runInThisContext('process') as NodeJS.Process;
  const warnings: string[] = [];
  const rejections: unknown[] = [];
  const onWarning = ({ message }: Error): void => {
    if (message.startsWith('express-dcr')) warnings.push(message);
  };
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  const printing = node.listeners('warning');
  node.removeAllListeners('warning').on('warning', onWarning);
  node.on('unhandledRejection', onRejection);
  try {
    await run();
    // Both are told after everything that was under way.
    await nextRound();
  } finally {
    node.off('warning', onWarning).off('unhandledRejection', onRejection);
    for (const print of printing) node.on('warning', print);
  }
  return { warnings, rejections };
}
