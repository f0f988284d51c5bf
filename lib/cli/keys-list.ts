/**
 * `keys list`: the signing keys that the servers share.
 *
 * @module
 */
import { listKeys, type KeyView } from '../keys/key-operations.ts';
import { CommandError, JSON_OPTION, type Command, type Context } from './command.ts';
import { CONFIGURED, deployedKeys, NO_KEYS } from './deployed-keys.ts';
import { table } from './table.ts';
import { asciiJson } from './visible.ts';

const HEADINGS = ['KEY', 'ALG', 'USE', 'PUBLISHED', 'SIGNS FROM', 'ENDS'];

export const keysList: Command = {
  name: 'keys list',
  summary: 'List the signing keys that the servers share',
  options: { json: JSON_OPTION },
  notes: ['Public parts are at /oauth/jwks; private parts are shown nowhere.'],
  async run(input, context) {
    const { keeper } = await deployedKeys(context);
    if (!keeper) throw new CommandError(CONFIGURED);
    const keys = await listKeys(keeper);
    if (input.flag('json')) context.answer(asciiJson(keys.map(described)));
    else if (keys.length === 0) context.explain(NO_KEYS);
    else tellKeys(context, keys);
  },
};

/** The table, which `keys rotate` ends with, too. */
export function tellKeys(context: Context, keys: readonly KeyView[]): void {
  table(context, HEADINGS, keys.map(rowOf));
}

export function described({ published_at, signs_from, ends_at, ...key }: KeyView): object {
  return {
    ...key,
    published_at: timeOf(published_at),
    signs_from: timeOf(signs_from),
    ...(ends_at !== undefined && { ends_at: timeOf(ends_at) }),
  };
}

/** A dash: not known before another one follows. */
function rowOf({ kid, alg, use, published_at, signs_from, ends_at }: KeyView): string[] {
  const end = ends_at === undefined ? '-' : timeOf(ends_at);
  return [kid, alg, use, timeOf(published_at), timeOf(signs_from), end];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
