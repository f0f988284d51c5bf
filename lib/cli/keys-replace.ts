/**
 * `keys replace`: a new signing key in the place of all others, for keys that somebody else may have.
 *
 * @module
 */
import { listKeys, replaceKeys } from '../keys/key-operations.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, type Command } from './command.ts';
import { CONFIGURED, deployedKeys, NO_KEYS } from './deployed-keys.ts';
import { described, tellKeys } from './keys-list.ts';
import { asciiJson } from './visible.ts';

export const keysReplace: Command = {
  name: 'keys replace',
  summary: 'Put a new signing key in the place of all others, for keys that somebody else may have',
  options: {
    yes: { type: 'boolean', help: 'do it; without this it is only said what would be done' },
    audit: AUDIT_OPTION,
    json: JSON_OPTION,
  },
  notes: [
    'Every access token that is out ends, at each instance within half a minute. Clients refresh. An API in',
    'another process takes what the old keys signed until it looks for the new list.',
    'It does not help where the secret was seen as well: see the guide.',
  ],
  async run(input, context) {
    const { keeper } = await deployedKeys(context);
    if (!keeper) throw new CommandError(CONFIGURED);
    const before = await listKeys(keeper);
    if (before.length === 0) throw new CommandError(NO_KEYS);
    if (!input.flag('yes')) {
      throw new CommandError(
        'Every access token that is out would end, and the clients would have to refresh. Nothing was done: add --yes to do it.',
      );
    }
    await replaceKeys(keeper);
    const keys = await listKeys(keeper);
    const kid = keys.find(({ use }) => use === 'signs')?.kid ?? '';
    context.audit(input.flag('audit'))({ name: 'signing_key.replaced', by: 'operator', kid });
    if (input.flag('json')) {
      context.answer(asciiJson({ made: kid, keys: keys.map(described) }));
      return;
    }
    tellKeys(context, keys);
    context.explain(
      `Key ${kid} signs, and no other counts; every instance knows within half a minute.`,
    );
  },
};
