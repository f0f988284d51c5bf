import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createTestApp } from '../support/app.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import { METADATA } from '../support/flow.ts';
import { freePort } from '../support/free-port.ts';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { STORE_KINDS } from '../support/stores.ts';

const WEB = {
  redirect_uris: ['https://app.example.com/cb'],
  token_endpoint_auth_method: 'client_secret_basic',
};

describe.each(STORE_KINDS)('many updates of one client at two instances, in $kind', (kind) => {
  let deployment: TestDeployment;
  beforeEach(() => {
    deployment = createDeployment(kind);
  });
  afterEach(() => deployment.close());

  it('leave what one of them said, and whoever was answered has the token and the secret that count', async () => {
    const apps = [deployment.start().app, deployment.start().app];
    const first = await registered(apps[0]!, WEB);
    const names = Array.from({ length: 20 }, () => randomUUID());
    const answers = await Promise.all(
      names.map((client_name, nth) => update(apps[nth % 2]!, first, { ...WEB, client_name })),
    );
    const won = answers.filter(({ status }) => status === 200).map(registrationIn);
    const lost = answers.filter(({ status }) => status !== 200);
    expect(won.length).toBeGreaterThanOrEqual(1);
    for (const { status, body } of lost) {
      expect({ status, body: body as unknown }).toEqual({
        status: 409,
        body: {
          error: 'temporarily_unavailable',
          error_description: 'the client was changed at the same time: read it and try again',
        },
      });
    }
    // One token and one secret, whoever asked.
    expect(new Set(won.map((one) => one.registration_access_token)).size).toBe(1);
    expect(new Set(won.map((one) => one.client_secret)).size).toBe(1);
    const read = await manage(apps[1]!, 'get', won[0]!);
    expect(read.status).toBe(200);
    const stands = (read.body as { client_name: string }).client_name;
    expect(won.map((one) => (one as unknown as typeof METADATA).client_name)).toContain(stands);
    expect((await manage(apps[0]!, 'get', first)).status).toBe(401);
  });
});

/** A client of its own: it knows the address and the token that it was told, and no test library. */
it('lets a client that knows only RFC 7592 go all the way', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`;
  const { app } = createTestApp({ options: { issuer: origin } });
  const listening = app.listen(Number(new URL(origin).port), '127.0.0.1');
  try {
    const registration = await fetch(`${origin}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(METADATA),
    });
    let told = (await registration.json()) as Record<string, string>;
    const ask = async (method: string, body?: object): Promise<Response> => {
      const answer = await fetch(told['registration_client_uri'] ?? '', {
        method,
        headers: {
          Authorization: `Bearer ${told['registration_access_token'] ?? ''}`,
          ...(body && { 'Content-Type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return answer;
    };
    expect(await (await ask('GET')).json()).toEqual(told);
    const updated = await ask('PUT', { ...told, client_name: 'Renamed' });
    told = (await updated.json()) as typeof told;
    expect([updated.status, told['client_name']]).toEqual([200, 'Renamed']);
    expect(await (await ask('GET')).json()).toEqual(told);
    expect((await ask('DELETE')).status).toBe(204);
    expect((await ask('GET')).status).toBe(401);
  } finally {
    listening.close();
  }
});
