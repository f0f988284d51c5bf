import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Store } from '../../lib/storage/store.ts';
import { createTestApp } from '../support/app.ts';
import { createDeployment, SIGNING_KEY, type TestDeployment } from '../support/deployment.ts';
import { Browser } from '../support/flow.ts';
import { askFrom, fateOf, HOSTED_URI } from '../support/hosted.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SUPPORTED = { scopesSupported: ['openid', 'files'] };
const WEB = { redirect_uris: [HOSTED_URI], scope: 'openid' };

/** A store in which something may happen to a client when it has been read. */
function readingSlowly(store: Store, afterFind: () => Promise<void>): Store {
  const methodsOf = <Part extends object>(part: Part, own: object): Part =>
    new Proxy(part, {
      get(target, name) {
        if (Object.hasOwn(own, name)) return Reflect.get(own, name) as unknown;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  const find: Store['clients']['find'] = async (clientId) => {
    const found = await store.clients.find(clientId);
    await afterFind();
    return found;
  };
  return methodsOf(store, { clients: methodsOf(store.clients, { find }) });
}

describe.each(STORE_KINDS)(
  'a client that looks at itself while it is reconciled ($kind)',
  (kind) => {
    let deployment: TestDeployment;
    beforeEach(() => {
      deployment = createDeployment(kind, SUPPORTED);
    });
    afterEach(() => deployment.close());

    it('does not keep what the policy has taken away, where its note is the rule (MEET-38)', async () => {
      const before = deployment.start({ baselineClientScopes: ['files'] });
      let client = await registered(before.app, WEB);
      // A token that is new: the first who comes with it ends the one before, which is a write.
      client = registrationIn(await update(before.app, client, WEB));
      expect(client.scope).toBe('openid files');

      const after = deployment.start({ reconcile: 'off' });
      const browser = new Browser(after.app, 'alice');
      expect(fateOf(await askFrom(browser, client.client_id, { scope: 'openid files' }))).toBe(
        'asked',
      );
      let isReconciled = false;
      const store = readingSlowly(deployment.store(), async () => {
        if (isReconciled) return;
        isReconciled = true;
        expect(await after.server.clients.reconcile()).toMatchObject({ changed: 1, contested: 0 });
      });
      const options = { ...SUPPORTED, reconcile: 'off', signingKeys: SIGNING_KEY, store } as const;
      const slow = createTestApp({ clock: deployment.clock, options });
      const read = await manage(slow.app, 'get', client);
      expect([read.status, isReconciled]).toEqual([200, true]);
      expect(fateOf(await askFrom(browser, client.client_id, { scope: 'openid files' }))).toBe(
        'invalid_scope',
      );
      // What the read was to do is done.
      const { registration_token } =
        (await deployment.store().clients.find(client.client_id)) ?? {};
      expect(registration_token).toEqual({ digest: expect.any(String) });
    });
  },
);
