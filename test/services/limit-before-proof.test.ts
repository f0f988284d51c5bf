import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import type { ClientAttempt } from '../../lib/services/admitted.ts';
import { introspectToken, type IntrospectTokenDeps } from '../../lib/services/introspect-token.ts';
import { revokeToken, type RevokeTokenDeps } from '../../lib/services/revoke-token.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import { newClient } from '../contract/records.ts';

const TOKEN = await new SignJWT({ jti: `${'g'.repeat(22)}.x` })
  .setProtectedHeader({ alg: 'HS256' })
  .sign(new Uint8Array(32));

/** What a use case asks for until it refuses, beside the store. */
function recorded(): { readonly steps: string[]; readonly deps: object } {
  const { clients, clientStates, grants, assertions } = new MemoryStore();
  const steps: string[] = [];
  const look = async (): Promise<undefined> => {
    steps.push('signature');
    return undefined;
  };
  const deps = {
    ...{ clients, clientStates, grants, assertions, clientSources: {} },
    resourceServers: new Map(),
    scopePolicy: createScopePolicy({}),
    accessTokens: { recognise: look, verify: look },
    revokedBefore: () => 0,
    storeNow: () => 0,
  };
  return { steps, deps };
}

const USES = [
  {
    name: 'revoking',
    ask: (deps: object, attempt: ClientAttempt) =>
      revokeToken(deps as RevokeTokenDeps, credentials(), TOKEN, attempt),
  },
  {
    name: 'introspecting',
    ask: (deps: object, attempt: ClientAttempt) =>
      introspectToken(deps as IntrospectTokenDeps, credentials(), TOKEN, attempt),
  },
];

function credentials(): Parameters<typeof revokeToken>[1] {
  return { client_id: newClient().client_id, secrets: [] };
}

describe.each(USES)('$name a token', ({ ask }) => {
  it.each([
    { name: 'a request that is one too many', admit: () => Promise.reject(new Error('too many')) },
    { name: 'a client that nobody knows', admit: () => Promise.resolve() },
  ])('looks at no signature for $name (decision 0017)', async ({ admit }) => {
    const { steps, deps } = recorded();
    const counted = async (): Promise<void> => {
      steps.push('limit');
      await admit();
    };
    const attempt = { requestId: 'r', audiences: [], network: undefined, admit: counted };
    await expect(ask(deps, attempt)).rejects.toThrow();
    expect(steps).toEqual(['limit']);
  });
});
