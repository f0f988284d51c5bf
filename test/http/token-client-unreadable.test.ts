import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY, newClient } from '../contract/records.ts';
import type { TestApp } from '../support/app.ts';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  refreshForm,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { STORE_KINDS } from '../support/stores.ts';

const MALFORMED = ['', '-', 'plain-secret', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`];

describe.each(STORE_KINDS)(
  'a stored client with a secret that is none ($kind)',
  ({ kind, deploy }) => {
    let deployment: TestDeployment;
    let instance: TestApp;

    beforeEach(() => {
      deployment = createDeployment({ kind, deploy });
      instance = deployment.start();
    });
    afterEach(async () => {
      await deployment.close();
    });

    async function seed(secret_digest: string | undefined): Promise<string> {
      const { client_id, ...client } = newClient();
      const metadata = {
        ...client.metadata,
        redirect_uris: [WEB_REDIRECT_URI],
        token_endpoint_auth_method: 'client_secret_basic',
      } as const;
      const digest = secret_digest === undefined ? {} : { secret_digest };
      await deployment.store().clients.insert({ ...client, client_id, metadata, ...digest }, DAY);
      return client_id;
    }

    it.each([undefined, ...MALFORMED])(
      'never authenticates with the digest %j (TOKEN-15)',
      async (secret_digest) => {
        const client_id = await seed(secret_digest);
        // On Redis the record cannot be read, which is no answer about the client at all.
        const want =
          kind === 'redis'
            ? { status: 503, body: { error: 'temporarily_unavailable' } }
            : { status: 401, body: INVALID_CLIENT };
        for (const client_secret of ['', secret_digest ?? 'undefined', 'null', '%00']) {
          for (const present of [inHeader, inBody]) {
            const { status, body } = await tokenRequestAs(
              instance.app,
              present({ client_id, client_secret }),
              refreshForm('x'),
            );
            expect({ status, body }).toMatchObject(want);
          }
        }
      },
    );

    it('never authenticates by nothing with the digest of nothing (TOKEN-15)', async () => {
      const client_id = await seed(sha256(''));
      for (const present of [inHeader, inBody]) {
        const presented = present({ client_id, client_secret: '' });
        const { status, body } = await tokenRequestAs(instance.app, presented, refreshForm('x'));
        expect({ status, body }).toEqual({ status: 401, body: INVALID_CLIENT });
      }
    });
  },
);
