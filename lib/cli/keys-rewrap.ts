/**
 * `keys rewrap`: seals what is in the store for the secrets of now.
 *
 * @module
 */
import { rewrapKeys } from '../keys/key-operations.ts';
import { rewrapGrants, type RewrapCounts, type RewrapReport } from '../services/rewrap-grants.ts';
import { CommandError, JSON_OPTION, type Command, type Context } from './command.ts';
import { deployedKeys, type DeployedKeys } from './deployed-keys.ts';
import { aligned } from './table.ts';
import { asciiJson } from './visible.ts';

type KeysOutcome = 'sealed' | 'current' | 'none' | 'configured';

const OF_KEYS: Readonly<Record<KeysOutcome, string>> = {
  sealed: 'sealed anew',
  current: 'sealed for these secrets already',
  none: 'there are none yet',
  configured: 'configured, and not in the store',
};

export const keysRewrap: Command = {
  name: 'keys rewrap',
  summary: 'Seal what is in the store for the secrets of DCR_SECRET, and say how far that is',
  options: { json: JSON_OPTION },
  notes: [
    'For a change of the secret: run it when every server has the new one at the front. Signing keys and',
    'tokens of identity providers are sealed anew; claims of people are, when their grant is refreshed.',
    'The user of Redis must be allowed to SCAN and DBSIZE for it, too.',
    'It can be interrupted, run again, and run beside traffic. It fails for what none of the secrets opens.',
    'Refresh tokens that were made under the old secret need it until DCR_REFRESH_TOKEN_TTL has passed.',
  ],
  async run(input, context) {
    const deployed = await deployedKeys(context);
    const signingKeys = await rewrapSigningKeys(deployed);
    const report = await rewrapAll(context, deployed);
    const { secrets } = deployed;
    if (input.flag('json')) {
      context.answer(asciiJson({ secrets, signingKeys, ...report }));
    } else {
      const rows = [
        ['Secrets', String(secrets)],
        ['Signing keys', OF_KEYS[signingKeys]],
        ['Tokens of providers', countsText(report.upstreamTokens)],
        ['Claims of people', countsText(report.claims)],
      ];
      for (const line of aligned(rows, '')) context.answer(line);
    }
    const unopened = report.upstreamTokens.unopened + report.claims.unopened;
    if (unopened > 0) {
      throw new CommandError(
        `none of the secrets opens ${String(unopened)} of them: put the secret that sealed them back into DCR_SECRET, behind the others`,
      );
    }
  },
};

async function rewrapSigningKeys({ keeper, store }: DeployedKeys): Promise<KeysOutcome> {
  if (!keeper) return 'configured';
  const before = await store.keys.read();
  if (!before) return 'none';
  await rewrapKeys(keeper);
  const after = await store.keys.read();
  return after?.revision === before.revision ? 'current' : 'sealed';
}

async function rewrapAll(context: Context, deployed: DeployedKeys): Promise<RewrapReport> {
  const { store, envelopes, newRequestId } = deployed;
  const { grants, upstreamTokens } = store;
  let progress: ReturnType<Context['progress']> | undefined;
  try {
    return await rewrapGrants(
      { grants, upstreamTokens, envelopes, newRequestId },
      (looked, entries) => {
        progress ??= context.progress('entries', entries);
        progress.advance(looked);
      },
    );
  } finally {
    progress?.end();
  }
}

function countsText({ sealed, current, waiting, unopened }: RewrapCounts): string {
  const counts = [
    [sealed, 'sealed anew'],
    [current, 'already'],
    [waiting, 'not yet'],
    [unopened, 'not opened'],
  ] as const;
  const said = counts.filter(([count]) => count > 0);
  return said.map(([count, word]) => `${String(count)} ${word}`).join(', ') || 'none';
}
