/**
 * A login at an identity provider that does what a test says when its tokens are refreshed or revoked,
 * and grants that came from it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { sealUpstreamTokens } from '../../lib/services/kept-upstream-tokens.ts';
import type { Store } from '../../lib/storage/store.ts';
import type { Envelopes } from '../../lib/tokens/envelope.ts';
import type { UpstreamLogin, UpstreamTokens } from '../../lib/upstream/port.ts';
import { DAY, newClient, newLogin, redeemedGrant } from '../contract/records.ts';
import { noteSecret } from './secrets.ts';

export const UPSTREAM = 'corporate';

/** Nobody may find it in a log. */
export function upstreamSecret(): string {
  const secret = `upstream-${randomBytes(24).toString('base64url')}`;
  noteSecret(secret);
  return secret;
}

export interface ScriptedUpstream extends UpstreamLogin {
  /** What came to be refreshed, in turn. */
  readonly refreshed: readonly UpstreamTokens[];
  readonly revoked: readonly UpstreamTokens[];
  /** What the next refreshes come to. */
  refreshes(answer: (old: UpstreamTokens) => Promise<UpstreamTokens>): void;
  revokes(answer: () => Promise<boolean>): void;
}

export function createScriptedUpstream(): ScriptedUpstream {
  const refreshed: UpstreamTokens[] = [];
  const revoked: UpstreamTokens[] = [];
  let onRefresh: (old: UpstreamTokens) => Promise<UpstreamTokens> = () =>
    Promise.reject(new Error('no refresh was expected'));
  let onRevoke = (): Promise<boolean> => Promise.resolve(true);
  const unexpected = (): Promise<never> => Promise.reject(new Error('no login was expected'));
  return {
    kind: 'upstream',
    name: UPSTREAM,
    label: 'Corporate',
    domains: [],
    begin: unexpected,
    complete: unexpected,
    async refresh(tokens) {
      refreshed.push(tokens);
      // As long as a provider takes, so that whoever comes at the same time does.
      await wait(30);
      return onRefresh(tokens);
    },
    async revoke(tokens) {
      revoked.push(tokens);
      return onRevoke();
    },
    refreshed,
    revoked,
    refreshes(answer) {
      onRefresh = answer;
    },
    revokes(answer) {
      onRevoke = answer;
    },
  };
}

/** Tokens with ten minutes left. */
export function tokensAt(now: number, overrides: Partial<UpstreamTokens> = {}): UpstreamTokens {
  return {
    access_token: upstreamSecret(),
    token_type: 'bearer',
    refresh_token: upstreamSecret(),
    expires_at: now + 600_000,
    scope: 'files.read',
    ...overrides,
  };
}

/** A grant that is alive, with tokens of the provider. */
export async function grantWithTokens(
  store: Store,
  envelopes: Envelopes,
  tokens: UpstreamTokens,
  upstream = UPSTREAM,
): Promise<string> {
  const client = newClient();
  await store.clients.insert(client, DAY);
  const { client_id } = client;
  const login = newLogin({ tokens: 'not yet' });
  const grantId = await redeemedGrant(store, { client_id }, { login });
  await store.upstreamTokens.lock(grantId, 'test', 60_000);
  const sealed = sealUpstreamTokens(envelopes, grantId, { upstream, tokens });
  await store.upstreamTokens.replace(grantId, { owner: 'test', sealed, requestId: 'test' });
  return grantId;
}
