/**
 * `tokens list`: the initial access tokens that have not ended.
 *
 * @module
 */
import type { InitialAccessToken } from '../storage/store.ts';
import { initialAccessTokenId } from '../tokens/initial-access-token.ts';
import { JSON_OPTION, type Command } from './command.ts';
import { ownStore } from './own-store.ts';
import { table } from './table.ts';
import { asciiJson } from './visible.ts';

const HEADINGS = ['ID', 'LEFT', 'EXPIRES', 'SCOPES', 'REDIRECT HOSTS', 'LABEL'];

export const tokensList: Command = {
  name: 'tokens list',
  summary: 'List the initial access tokens that were minted, until they end',
  options: { json: JSON_OPTION },
  notes: ['Tokens themselves are not kept, so none is shown.'],
  async run(input, context) {
    const { answer, explain } = context;
    const { initialAccessTokens } = await ownStore(context);
    const tokens = await initialAccessTokens.list();
    if (input.flag('json')) {
      answer(asciiJson(tokens.map(described)));
      return;
    }
    if (tokens.length === 0) explain('There are none.');
    else table(context, HEADINGS, tokens.map(rowOf));
  },
};

function described({ digest, uses, left, licence, label, ...times }: InitialAccessToken): object {
  return {
    id: initialAccessTokenId(digest),
    uses,
    left,
    created_at: new Date(times.created_at).toISOString(),
    expires_at: new Date(times.expires_at).toISOString(),
    ...licence,
    label,
  };
}

/** A dash: as for everybody. */
function rowOf(token: InitialAccessToken): string[] {
  const { digest, uses, left, expires_at, licence, label = '' } = token;
  return [
    initialAccessTokenId(digest),
    `${String(left)}/${String(uses)}`,
    new Date(expires_at).toISOString(),
    licence.scopes?.join(' ') ?? '-',
    licence.redirectHosts?.join(' ') ?? '-',
    label,
  ];
}
