import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import supertest from 'supertest';
import { documentHost, publish } from '../http/support/document-app.ts';
import { expectApiError } from '../http/support/expect.ts';
import { WEB_REDIRECT_URI } from '../support/confidential.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { METADATA } from '../support/flow.ts';
import { asserted, assertionOf, newClientKey } from '../support/key-client.ts';
import { MEMORY } from '../support/stores.ts';

const ORIGIN = 'https://auth.example.com';
const KEY = await newClientKey();
const PATHS = ['/a', '/a/b'];

/** At the place where the host mounts a server it is Express that looks, which does not mind the case. */
const inCapitals = (path: string): string => path.replace('/a/b', '/A/B');

const documents = documentHost();

describe('two servers at one origin, one below the path of the other', () => {
  let deployments: TestDeployment[];
  let host: Express;

  beforeEach(() => {
    deployments = PATHS.map(() => createDeployment(MEMORY));
    host = express();
    // The longer path first, as a host that has both mounts them.
    for (const [nth, deployment] of [...deployments.entries()].reverse()) {
      const path = PATHS[nth] ?? '';
      const { server } = deployment.start(
        { issuer: `${ORIGIN}${path}`, clientIdMetadataDocuments: true },
        { outside: documents().outside },
      );
      host.use(server.wellKnownRouter).use(path, server.router);
    }
  });
  afterEach(async () => {
    await Promise.all(deployments.map((deployment) => deployment.close()));
  });

  const token = async (path: string, assertion: string): Promise<string> => {
    const form = { grant_type: 'refresh_token', refresh_token: 'guessed', ...asserted(assertion) };
    const answer = await supertest(host).post(`${path}/oauth/token`).type('form').send(form);
    return (answer.body as { error: string }).error;
  };

  it.each([
    { name: 'its issuer', of: (path: string) => `${ORIGIN}${path}` },
    { name: 'its token endpoint', of: (path: string) => `${ORIGIN}${path}/oauth/token` },
  ])(
    'take no assertion of a client of both that is for $name at the other (MEET-35)',
    async ({ of }) => {
      const id = publish(documents(), '/both', {
        redirect_uris: [WEB_REDIRECT_URI],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [KEY.publicJwk] },
      });
      const now = deployments[0]?.clock.now ?? Date.now;
      for (const [here, there] of [PATHS, [...PATHS].reverse()] as [string, string][]) {
        const assertion = await assertionOf(KEY, id, { aud: of(here), now });
        expect(await token(there, assertion)).toBe('invalid_client');
        // Nor was it used up there, and it is good for once here.
        expect(await token(here, assertion)).toBe('invalid_grant');
        expect(await token(here, assertion)).toBe('invalid_client');
      }
    },
  );

  it('know no client by a document that stands at their own origin, whichever of them it is (MEET-36)', async () => {
    for (const path of PATHS) {
      for (const id of [`${ORIGIN}/a/client.json`, `${ORIGIN}/other/b/client.json`]) {
        const query = new URLSearchParams({
          ...{ client_id: id, redirect_uri: WEB_REDIRECT_URI, response_type: 'code' },
        });
        const answer = await supertest(host).get(`${path}/oauth/authorize?${query.toString()}`);
        expect(answer.status).toBe(400);
        expect(answer.headers).not.toHaveProperty('location');
      }
    }
    expect(documents().requests).toEqual([]);
    expect(documents().resolved).toEqual([]);
  });

  it('send nobody to an address at which one of them answers, in any spelling that it answers to (MEET-37)', async () => {
    const { body } = await supertest(host).get('/.well-known/oauth-authorization-server/a/b');
    const endpoints = Object.entries(body as Record<string, unknown>).flatMap(([name, value]) =>
      /_endpoint$|^jwks_uri$/.test(name) ? [new URL(String(value)).pathname] : [],
    );
    expect(endpoints.length).toBeGreaterThan(6);
    const spelled = endpoints.flatMap((path) => [
      ...[path, `${path}/`, path.toUpperCase(), path.replace('/oauth', '/OAuth')],
      ...[path.replace('/oauth', '//oauth'), path.replace('oauth', '%6Fauth'), `${path}?a=b`],
      ...[path.replace('oauth/', 'oauth%2F'), `${path};x`, `${path}.`],
      ...[path.replace('/a/b', '/a//b'), inCapitals(path)],
    ]);
    const served: string[] = [];
    for (const path of spelled) {
      const answers = await Promise.all([supertest(host).get(path), supertest(host).post(path)]);
      if (answers.every(({ status }) => status === 404)) continue;
      served.push(path);
      const answer = await supertest(host)
        .post('/a/b/oauth/register')
        .send({ ...METADATA, redirect_uris: [`${ORIGIN}${path}`] });
      expect([path, answer.status]).toEqual([path, 400]);
      expectApiError(answer, 400, 'invalid_redirect_uri');
    }
    expect(served).toEqual(expect.arrayContaining([...endpoints, ...endpoints.map(inCapitals)]));
  });
});
