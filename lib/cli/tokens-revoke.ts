/**
 * `tokens revoke`: ends initial access tokens before their time.
 *
 * @module
 */
import type { InitialAccessTokenStore } from '../storage/store.ts';
import { initialAccessTokenId, mintedTokenDigest } from '../tokens/initial-access-token.ts';
import { AUDIT_OPTION } from './audit.ts';
import { CommandError, JSON_OPTION, UsageError, type Command } from './command.ts';
import { ownStore } from './own-store.ts';
import { asciiJson } from './visible.ts';

const ID = /^[0-9a-f]{16}$/;

export const tokensRevoke: Command = {
  name: 'tokens revoke',
  summary: 'End initial access tokens before their time',
  operands: '<id>...',
  options: { audit: AUDIT_OPTION, json: JSON_OPTION },
  notes: [
    'In the place of an id there can be the token itself, as it was found where it should not be.',
    'Clients that registered with it stay.',
  ],
  async run(input, context) {
    const { audit, answer, explain } = context;
    const { operands } = input;
    if (operands.length === 0) throw new UsageError('tokens revoke takes the id of a token');
    const isKnowable = (one: string): boolean =>
      ID.test(one) || mintedTokenDigest(one) !== undefined;
    if (!operands.every(isKnowable)) {
      throw new UsageError('an id is 16 characters of hex, as tokens list shows it');
    }
    const { initialAccessTokens: tokens } = await ownStore(context);
    const emit = audit(input.flag('audit'));
    const missing: string[] = [];
    const done: { id: string; was_good: boolean }[] = [];
    for (const operand of operands) {
      const digest = mintedTokenDigest(operand) ?? (await digestOf(tokens, operand));
      const isRevoked = digest !== undefined && (await tokens.remove(digest));
      // Of a token its id is told: it may stay secret that way.
      const id = digest === undefined ? operand : initialAccessTokenId(digest);
      done.push({ id, was_good: isRevoked });
      if (!isRevoked) {
        missing.push(id);
        continue;
      }
      emit({ name: 'initial_access_token.revoked', by: 'operator', token_id: id });
      explain(`Token ${id} is revoked.`);
    }
    if (input.flag('json')) answer(asciiJson(done));
    if (missing.length > 0) {
      throw new CommandError(`not known, or ended already: ${missing.join(', ')}`);
    }
  },
};

async function digestOf(
  tokens: Pick<InitialAccessTokenStore, 'list'>,
  id: string,
): Promise<string | undefined> {
  return (await tokens.list()).find(({ digest }) => initialAccessTokenId(digest) === id)?.digest;
}
