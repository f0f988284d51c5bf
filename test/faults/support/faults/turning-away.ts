/**
 * Servers that turn some commands or connections away.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { lookInto } from '../../../support/redis-ask.ts';
import { ALL, asked, configured, disconnectAll, ONE, type Fault } from './fault.ts';

export const TURNING_AWAY: readonly Fault[] = [
  {
    row: '5',
    name: 'the memory is full',
    on: ALL,
    stops: 'writes',
    ms: 2_000,
    inject: configured(['maxmemory', 1, 0]),
  },
  {
    row: '16',
    name: 'the scripts are forgotten',
    on: ALL,
    stops: 'nothing',
    ms: 1_000,
    inject: asked(['SCRIPT', 'FLUSH'], ['SCRIPT', 'FLUSH']),
  },
  {
    row: '16',
    name: 'every connection ends four times a second',
    on: ALL,
    stops: 'some',
    ms: 3_000,
    inject: async ({ nodes, healthy }) => {
      const abort = new AbortController();
      const cutting = (async () => {
        while (!abort.signal.aborted) {
          await disconnectAll(nodes);
          await wait(250);
        }
      })();
      return async () => {
        abort.abort();
        await cutting;
        await healthy();
      };
    },
  },
  {
    row: '16',
    name: 'no more connections are taken',
    on: ONE,
    stops: 'everything',
    ms: 2_000,
    // The default, which is set back, is what the server was started with.
    inject: turnedAway('maxclients', '1', '10000'),
  },
  {
    row: '16',
    name: 'the password is another one',
    on: ONE,
    stops: 'everything',
    ms: 2_000,
    inject: turnedAway('requirepass', 'another', ''),
  },
  {
    row: '16',
    name: 'the user may not run scripts any more',
    on: ONE,
    stops: 'writes',
    ms: 2_000,
    inject: asked(
      ['ACL', 'SETUSER', 'default', '-eval', '-evalsha'],
      ['ACL', 'SETUSER', 'default', '+@all'],
    ),
  },
];

/** Sets something that whoever connects from now on meets, and ends all connections. */
function turnedAway(name: string, value: string, back: string): Fault['inject'] {
  return async ({ nodes }) => {
    // These are in, and can take it back.
    const operators = nodes.map(lookInto);
    for (const operator of operators) {
      await operator.config('SET', name, value);
      await operator.call('CLIENT', 'KILL', 'TYPE', 'normal');
    }
    return async () => {
      for (const operator of operators) {
        await operator.config('SET', name, back);
        operator.disconnect();
      }
    };
  };
}
