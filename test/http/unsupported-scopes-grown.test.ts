import { describe, expect, it } from '@jest/globals';
import { SIGNING_KEY } from '../support/deployment.ts';
import { obtainTokens, refreshRequest } from '../support/flow.ts';
import { createTwoApps } from './support/watched-app.ts';

const signingKeys = SIGNING_KEY;
const DROP = { unsupportedScopes: 'drop', signingKeys } as const;
const SUPPORTED = ['openid', 'offline_access'];

describe("unsupportedScopes: 'drop', when more is supported later", () => {
  it('does not end the grants of a client that was given the defaults meanwhile', async () => {
    const { first, second } = createTwoApps(
      { options: { ...DROP, scopesSupported: SUPPORTED } },
      { options: { ...DROP, scopesSupported: [...SUPPORTED, 'calendar'] } },
    );
    const scope = 'openid offline_access';
    const { client_id, refresh_token } = await obtainTokens(first.app, scope, {
      scope: 'calendar',
    });
    const { status, body } = await refreshRequest(second.app, client_id, refresh_token);
    expect({ status, body }).toMatchObject({ status: 200, body: { scope } });
  });
});
