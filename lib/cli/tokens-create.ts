/**
 * `tokens create`: mints an initial access token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-1.2
 * @module
 */
import { parseDuration, parseList, ValueError } from '../env/values.ts';
import { isRedirectHostEntry } from '../policy/redirect-hosts.ts';
import { parseScope, type Scope } from '../protocol/scope.ts';
import { mintInitialAccessToken, type Minting } from '../services/mint-initial-access-token.ts';
import { MAX_INITIAL_ACCESS_TOKENS, type Licence } from '../storage/store.ts';
import { AUDIT_OPTION } from './audit.ts';
import {
  CommandError,
  JSON_OPTION,
  single,
  UsageError,
  wholeNumber,
  type Command,
  type Input,
} from './command.ts';
import { ownStore } from './own-store.ts';
import { asciiJson } from './visible.ts';

const MAX_USES = 1_000_000;
const MIN_SECONDS = 60;
const MAX_SECONDS = 365 * 24 * 60 * 60;
const MAX_LABEL_LENGTH = 100;

/** It is kept with every client that registers with the token. */
const MAX_LICENCE_BYTES = 2 * 1024;

export const tokensCreate: Command = {
  name: 'tokens create',
  summary: 'Mint an initial access token, which lets somebody register clients',
  options: {
    uses: { type: 'string', value: 'number', help: 'how many clients can be registered (1)' },
    expires: { type: 'string', value: 'duration', help: 'when it ends: 90m, 24h, 30d (7d)' },
    scope: {
      type: 'string',
      value: 'scopes',
      help: 'all that can be registered with it, also those of DCR_RESTRICTED_SCOPES (as for everybody)',
    },
    'redirect-host': {
      type: 'string',
      value: 'host',
      help: 'where redirects may lead: app.example.com, *.example.com, localhost, com.example.app: (as for everybody)',
    },
    label: { type: 'string', value: 'text', help: 'what you know it by' },
    audit: AUDIT_OPTION,
    json: JSON_OPTION,
  },
  notes: [
    'The token is the only line on standard output, and shown this once: only its digest is kept.',
    '--scope and --redirect-host can be given several times.',
  ],
  async run(input, context) {
    const { randomBytes, audit, answer, explain } = context;
    const minting = mintingOf(input);
    const { initialAccessTokens: mintedTokens } = await ownStore(context);
    const deps = { mintedTokens, randomBytes };
    const minted = await mintInitialAccessToken(deps, minting);
    if (!minted) {
      throw new CommandError(
        `there are ${String(MAX_INITIAL_ACCESS_TOKENS)} tokens already: revoke some, or let them end sooner`,
      );
    }
    const { token, id } = minted;
    const emit = audit(input.flag('audit'));
    emit({ name: 'initial_access_token.created', by: 'operator', token_id: id });
    const expires_at = new Date(minted.expires_at).toISOString();
    if (input.flag('json')) {
      const { uses, licence, label } = minting;
      answer(asciiJson({ token, id, uses, expires_at, ...licence, label }));
      return;
    }
    explain(
      `Token ${id} is good for ${clients(minting.uses)} until ${expires_at}. It is shown once.`,
    );
    answer(token);
  },
};

function clients(uses: number): string {
  return uses === 1 ? '1 client' : `${String(uses)} clients`;
}

function mintingOf(input: Input): Minting {
  const label = labelOf(single(input, 'label', ''));
  return {
    uses: wholeNumber(input, 'uses', '1', MAX_USES),
    ttlMs: secondsOf(single(input, 'expires', '7d')) * 1000,
    licence: licenceOf(input),
    ...(label !== '' && { label }),
  };
}

function secondsOf(text: string): number {
  const wrong = new UsageError('--expires must be a duration from 1m to 365d, such as 24h');
  try {
    const seconds = parseDuration(text);
    if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
  }
  throw wrong;
}

function licenceOf(input: Input): Licence {
  const scopes = scopesOf(input.texts('scope'));
  const redirectHosts = hostsOf(input.texts('redirect-host'));
  const licence = { ...(scopes && { scopes }), ...(redirectHosts && { redirectHosts }) };
  if (Buffer.byteLength(JSON.stringify(licence)) > MAX_LICENCE_BYTES) {
    throw new UsageError('--scope and --redirect-host are too long together');
  }
  return licence;
}

/** Whoever gives an option means to limit something: nothing at all cannot be meant. */
function scopesOf(texts: readonly string[]): readonly Scope[] | undefined {
  if (texts.length === 0) return undefined;
  const scopes = parseScope(texts.join(' '));
  if (scopes && scopes.length > 0) return scopes;
  throw new UsageError('--scope must be scopes with spaces between them');
}

function hostsOf(texts: readonly string[]): readonly string[] | undefined {
  if (texts.length === 0) return undefined;
  const hosts = [...new Set(texts.flatMap(parseList))];
  if (hosts.length > 0 && hosts.every(isRedirectHostEntry)) return hosts;
  throw new UsageError(
    '--redirect-host must be a host such as app.example.com, *.example.com, localhost, 127.0.0.1 or [::1], or a scheme such as com.example.app:',
  );
}

/** It is shown in terminals: nothing that one obeys. */
function labelOf(text: string): string {
  if (text.length <= MAX_LABEL_LENGTH && !/\p{C}/u.test(text)) return text.trim();
  throw new UsageError(
    `--label must be at most ${String(MAX_LABEL_LENGTH)} characters, and each one that can be seen`,
  );
}
