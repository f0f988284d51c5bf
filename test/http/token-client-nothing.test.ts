import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { sha256 } from '../../lib/tokens/digest.ts';
import { DAY, newClient } from '../contract/records.ts';
import { createTestApp, type TestApp } from '../support/app.ts';
import {
  inBody,
  inHeader,
  INVALID_CLIENT,
  refreshForm,
  registeredConfidential,
  tokenRequestAs,
  WEB_REDIRECT_URI,
} from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { STORE_KINDS } from '../support/stores.ts';
import { expectApiError } from './support/expect.ts';
import { FORM_TYPE, send } from './support/send.ts';

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

describe('a secret in a body that the host has taken apart already (TOKEN-15)', () => {
  it.each([
    { name: 'a list of two', more: 'client_secret=SECRET&client_secret=SECRET', status: 400 },
    { name: 'a list with another', more: 'client_secret[]=SECRET&client_secret[]=x', status: 400 },
    { name: 'an object', more: 'client_secret[a]=SECRET', status: 401 },
    { name: 'an object in a list', more: 'client_secret[][a]=SECRET', status: 401 },
    { name: 'an empty list', more: 'client_secret[]=', status: 401 },
    { name: 'a prototype', more: 'client_secret[__proto__]=SECRET', status: 401 },
    { name: 'a length', more: 'client_secret[length]=43', status: 401 },
  ])('is none: $name', async ({ more, status }) => {
    const { app } = createTestApp({ before: [express.urlencoded({ extended: true })] });
    const { client_id, client_secret } = await registeredConfidential(app);
    const form = `grant_type=refresh_token&refresh_token=x&client_id=${client_id}`;
    const body = `${form}&${more.replaceAll('SECRET', client_secret)}`;
    expectApiError(
      await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body }),
      status,
      status === 400 ? 'invalid_request' : 'invalid_client',
    );
    const right = `${form}&client_secret=${client_secret}`;
    const answer = await send(app, 'POST', '/oauth/token', { headers: FORM_TYPE, body: right });
    expectApiError(answer, 400, 'invalid_grant');
  });
});
