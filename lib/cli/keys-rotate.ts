/**
 * `keys rotate`: the next signing key, now and not when it is due.
 *
 * @module
 */
import { listKeys, rotateKeys } from '../keys/key-operations.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command } from './command.ts';
import { CONFIGURED, deployedKeys, NO_KEYS } from './deployed-keys.ts';
import { described, tellKeys } from './keys-list.ts';
import { asciiJson } from './visible.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Publish the next signing key now, and not when it is due',
  options: { audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: [
    'It signs an hour later, when everybody can know it, and no token ends by it. Where a next one is',
    'published already, that one stays. For a key that somebody else has, see the guide.',
  ],
  async run(input, context) {
    const { keeper, plan } = await deployedKeys(context);
    if (!keeper) throw new CommandError(CONFIGURED);
    const before = await listKeys(keeper);
    if (before.length === 0) throw new CommandError(NO_KEYS);
    await rotateKeys(keeper, plan);
    const keys = await listKeys(keeper);
    const known = new Set(before.map(({ kid }) => kid));
    const made = keys.find(({ kid }) => !known.has(kid));
    const emit = context.audit(input.flag('audit'));
    if (made) emit({ name: 'signing_key.published', by: 'operator', kid: made.kid });
    if (input.flag('json')) {
      context.answer(asciiJson({ made: made?.kid ?? null, keys: keys.map(described) }));
      return;
    }
    tellKeys(context, keys);
    context.explain(
      made
        ? `Key ${made.kid} is published, and signs from ${new Date(made.signs_from).toISOString()} on.`
        : 'The next key was published already: it stays the next.',
    );
  },
};
