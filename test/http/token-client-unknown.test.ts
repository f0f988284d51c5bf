import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/app.ts';
import { createClock } from '../support/clock.ts';
import {
  INVALID_CLIENT,
  issueCodeTo,
  obtainTokensAs,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  WAYS,
  WEB_REDIRECT_URI,
  type ConfidentialClient,
} from '../support/confidential.ts';
import { registeredClientId, type Form } from '../support/flow.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';
import type { Store } from '../../lib/storage/store.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A store that tells every call, also those that change nothing. */
function createCountedApp(): TestApp & { readonly calls: string[] } {
  const clock = createClock();
  const store = new MemoryStore({ now: clock.now });
  const calls: string[] = [];
  const counted = <Artifact extends object>(name: string, artifact: Artifact): Artifact =>
    new Proxy(artifact, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]): unknown => {
          calls.push(`${name}.${String(property)}`);
          return Reflect.apply(member as (...args: unknown[]) => unknown, target, given);
        };
      },
    });
  const all: Store = {
    shared: false,
    clients: counted('clients', store.clients),
    authorizations: counted('authorizations', store.authorizations),
    grants: counted('grants', store.grants),
    pushedRequests: counted('pushedRequests', store.pushedRequests),
    consents: counted('consents', store.consents),
    upstreamTokens: counted('upstreamTokens', store.upstreamTokens),
    initialAccessTokens: counted('initialAccessTokens', store.initialAccessTokens),
    assertions: counted('assertions', store.assertions),
    stats: store.stats,
    keys: store.keys,
    clientStates: store.clientStates,
    switches: store.switches,
    claim: (issuer) => store.claim(issuer),
    now: () => store.now(),
    close: () => store.close(),
  };
  return { ...createTestApp({ clock, options: { store: all } }), calls };
}

describe('POST /oauth/token: clients that are not known, and those that cannot prove it', () => {
  const GUESS = 'g'.repeat(43);

  /** Everything by which an answer could be told from another. */
  async function answerTo(
    { app, calls }: { app: TestApp['app']; calls: string[] },
    presented: Parameters<typeof tokenRequestAs>[1],
    form: Form,
  ): Promise<object> {
    calls.length = 0;
    const { status, headers, text } = await tokenRequestAs(app, presented, form);
    const timeless = { ...(headers as Record<string, string>), date: 'whenever' };
    return { status, headers: timeless, text, calls: [...calls] };
  }

  it.each(WAYS)('get one answer, byte for byte, for the same work: $way (TOKEN-28)', async (it) => {
    const counted = createCountedApp();
    const { app, clock } = counted;
    const expired = await registeredConfidential(app);
    clock.advance(8 * DAY);
    const known = await registeredConfidential(app);
    const client_id = await registeredClientId(app, { redirect_uris: [WEB_REDIRECT_URI] });
    const { form } = await issueCodeTo(app, known);
    const { refresh_token } = await obtainTokensAs(app, known);
    const strangers: Record<string, ConfidentialClient> = {
      'wrong secret': { ...known, client_secret: GUESS },
      'another secret': { ...known, client_secret: expired.client_secret },
      unknown: { client_id: randomUUID(), client_secret: GUESS },
      expired,
      public: { client_id, client_secret: GUESS },
      'no id of ours': { client_id: 'n'.repeat(36), client_secret: GUESS },
    };
    for (const request of [form, refreshForm(refresh_token), refreshForm('x')]) {
      const answers = new Map<string, object>();
      for (const [name, stranger] of Object.entries(strangers)) {
        answers.set(name, await answerTo(counted, it.present(stranger), request));
      }
      const first = answers.get('wrong secret');
      expect(first).toMatchObject({ status: 401, text: JSON.stringify(INVALID_CLIENT) });
      for (const [name, answer] of answers)
        expect({ name, answer }).toEqual({ name, answer: first });
    }
  });

  it('get one answer also when they present nothing but a name (TOKEN-28, TOKEN-11)', async () => {
    const counted = createCountedApp();
    const known = await registeredConfidential(counted.app);
    const { form } = await issueCodeTo(counted.app, known);
    const named = (client_id: string): object => ({ form: { client_id } });
    const unproven = await answerTo(counted, named(known.client_id), form);
    expect(unproven).toMatchObject({ status: 401, text: JSON.stringify(INVALID_CLIENT) });
    expect(await answerTo(counted, named(randomUUID()), form)).toEqual(unproven);
  });
});
