import { afterEach, describe, expect, it } from '@jest/globals';
import {
  authorizationCodeGrant,
  ClientSecretBasic,
  ClientSecretPost,
  discovery,
  refreshTokenGrant,
  type ClientAuth,
} from 'openid-client';
import { redisEnvironment, startExample, type RunningExample } from '../support/example.ts';
import { authorizeStrictly, DISCOVERY } from '../support/strict-client.ts';

const SECRET = 'a-secret-that-somebody-typed-into-a-form';
const REDIRECT_URI = 'https://connector.example.com/callback';
const SCOPE = 'notes:read offline_access';
const CLIENTS = [
  {
    client_id: 'my-connector',
    client_secret: SECRET,
    client_name: 'My connector',
    redirect_uris: [REDIRECT_URI],
    scope: SCOPE,
  },
];

interface Row {
  readonly store: string;
  readonly method: string;
  readonly environment: () => Readonly<Record<string, string>>;
  readonly auth: (secret: string) => ClientAuth;
}

const ROWS: readonly Row[] = [
  { store: 'memory', environment: () => ({}) },
  { store: 'redis', environment: redisEnvironment },
].flatMap((on) => [
  { ...on, method: 'client_secret_basic', auth: ClientSecretBasic },
  { ...on, method: 'client_secret_post', auth: ClientSecretPost },
]);

describe.each(ROWS)(
  'openid-client with an id and a secret that were typed in, by $method ($store)',
  (row) => {
    const { environment, auth } = row;
    let example: RunningExample;

    afterEach(() => example.stop());

    it('logs in without having registered, and refreshes', async () => {
      example = await startExample({
        ...environment(),
        DCR_CLIENTS: JSON.stringify(CLIENTS),
        DCR_REGISTRATION: 'off',
      });
      const connect = (secret: string) =>
        discovery(new URL(example.url), 'my-connector', undefined, auth(secret), DISCOVERY);
      const config = await connect(SECRET);
      expect(config.serverMetadata().registration_endpoint).toBeUndefined();
      const { callback, checks } = await authorizeStrictly(config, {
        scope: SCOPE,
        redirect_uri: REDIRECT_URI,
      });
      const wrong = await connect('another-secret-that-somebody-typed-in');
      await expect(authorizationCodeGrant(wrong, callback, checks)).rejects.toMatchObject({
        status: 401,
      });
      const tokens = await authorizationCodeGrant(config, callback, checks);
      expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE });
      const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
      expect(refreshed).toMatchObject({ token_type: 'bearer', scope: SCOPE });
    });
  },
);
