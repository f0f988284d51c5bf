import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { atOnce, inEachRound, outcomeOf, ROUNDS, type Instances } from '../support/at-once.ts';
import { createDeployment, type TestDeployment } from '../support/deployment.ts';
import {
  createPkce,
  obtainCode,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Pkce,
  type Tokens,
} from '../support/flow.ts';
import { STORE_KINDS } from '../support/stores.ts';

const SCOPE = 'openid offline_access';
const SECOND = 1000;

/** A person's approval, and what the client got for it. */
interface Approval {
  readonly code: string;
  readonly pkce: Pkce;
  readonly tokens: Tokens;
}

describe.each(STORE_KINDS)('at two instances at once ($kind)', (storeKind) => {
  let deployment: TestDeployment;
  let instances: Instances;
  let client_id: string;

  beforeEach(async () => {
    deployment = createDeployment(storeKind);
    instances = [deployment.start(), deployment.start()];
    client_id = await registeredClientId(instances[0].app, { scope: SCOPE });
  });
  afterEach(async () => {
    await deployment.close();
  });

  const approve = async (pkce: Pkce): Promise<string> =>
    obtainCode(instances[0].app, client_id, pkce, { scope: SCOPE });

  async function approvals(): Promise<Approval[]> {
    return Promise.all(
      ROUNDS.map(async () => {
        const pkce = createPkce();
        const code = await approve(pkce);
        const { status, body } = await tokenRequest(
          instances[0].app,
          redemption(client_id, code, pkce),
        );
        expect(status).toBe(200);
        return { code, pkce, tokens: body as Tokens };
      }),
    );
  }

  const grantOf = ({ code }: Approval): string => code.split('.')[0] ?? '';

  /** A refresh token of an approval is good for nothing any more, and its grant is gone. */
  async function expectDead(approval: Approval, refresh_token: string | undefined): Promise<void> {
    for (const { app } of instances) {
      const answer = await refreshRequest(app, client_id, refresh_token);
      expect(outcomeOf(answer)).toBe('400 invalid_grant');
    }
    expect(await deployment.store().grants.find(grantOf(approval))).toBeUndefined();
  }

  it('fifty redemptions of one code give one token set, which keeps working (RACE-01)', async () => {
    for (const round of ROUNDS.filter((one) => one % 5 === 0)) {
      const pkce = createPkce();
      const code = await approve(pkce);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => {
          const { app } = instances[(i + round) % 2 === 0 ? 0 : 1];
          return tokenRequest(app, redemption(client_id, code, pkce));
        }),
      );
      const outcomes = answers.map(outcomeOf).sort();
      expect(outcomes).toEqual([...Array<string>(49).fill('400 invalid_grant'), 'tokens']);
      const winner = answers.find(({ status }) => status === 200)?.body as Tokens;
      const next = await refreshRequest(instances[1].app, client_id, winner.refresh_token);
      expect(outcomeOf(next)).toBe('tokens');
    }
  });

  it('a code that two clients send is redeemed by the one that it is for, always (RACE-03)', async () => {
    const thief = await registeredClientId(instances[0].app, { scope: SCOPE });
    const outcomes = await inEachRound(async (round) => {
      const pkce = createPkce();
      const code = await approve(pkce);
      const [own, stolen] = await atOnce(
        instances,
        round,
        (at) => tokenRequest(at, redemption(client_id, code, pkce)),
        // Knows everything but who it would have to be.
        (at) => tokenRequest(at, redemption(thief, code, pkce)),
      );
      const { refresh_token } = own.body as Tokens;
      const next = await refreshRequest(instances[1].app, client_id, refresh_token);
      return [own, stolen, next].map(outcomeOf);
    });
    expect(outcomes).toEqual(ROUNDS.map(() => ['tokens', '400 invalid_grant', 'tokens']));
  });

  it('a refresh and a revocation leave nothing that works (RACE-05)', async () => {
    const made = await approvals();
    const outcomes = await inEachRound(async (round) => {
      const approval = made[round]!;
      const { refresh_token } = approval.tokens;
      const store = deployment.store();
      const [refreshed] = await atOnce(
        instances,
        round,
        (at) => refreshRequest(at, client_id, refresh_token),
        () => store.grants.revoke(grantOf(approval), { requestId: randomUUID() }),
      );
      await expectDead(
        approval,
        (refreshed.body as Partial<Tokens>).refresh_token ?? refresh_token,
      );
      return outcomeOf(refreshed);
    });
    expect(outcomes.filter((one) => one !== 'tokens' && one !== '400 invalid_grant')).toEqual([]);
  });

  it('a refresh and the replay of its code leave nothing that works (RACE-05)', async () => {
    const made = await approvals();
    // Later than a request that is sent twice would come.
    deployment.clock.advance(11 * SECOND);
    const outcomes = await inEachRound(async (round) => {
      const approval = made[round]!;
      const { code, pkce, tokens } = approval;
      const { refresh_token } = tokens;
      const [refreshed, replayed] = await atOnce(
        instances,
        round,
        (at) => refreshRequest(at, client_id, refresh_token),
        (at) => tokenRequest(at, redemption(client_id, code, pkce)),
      );
      await expectDead(
        approval,
        (refreshed.body as Partial<Tokens>).refresh_token ?? refresh_token,
      );
      return [refreshed, replayed].map(outcomeOf);
    });
    expectAllRefused(outcomes);
    expect(warnings()).toEqual(ROUNDS.map(() => 'authorization code replayed: grant revoked'));
  });

  it('a refresh and the reuse of the token before leave nothing that works (RACE-06)', async () => {
    const made = await approvals();
    const successors = await Promise.all(
      made.map(async ({ tokens }) => {
        const answer = await refreshRequest(instances[0].app, client_id, tokens.refresh_token);
        return (answer.body as Tokens).refresh_token;
      }),
    );
    // Past the window in which the token before gives the same successor.
    deployment.clock.advance(31 * SECOND);
    const outcomes = await inEachRound(async (round) => {
      const approval = made[round]!;
      const [refreshed, reused] = await atOnce(
        instances,
        round,
        (at) => refreshRequest(at, client_id, successors[round]),
        (at) => refreshRequest(at, client_id, approval.tokens.refresh_token),
      );
      const last = (refreshed.body as Partial<Tokens>).refresh_token ?? successors[round];
      await expectDead(approval, last);
      return [refreshed, reused].map(outcomeOf);
    });
    expectAllRefused(outcomes);
    expect(warnings()).toEqual(ROUNDS.map(() => 'refresh token reused: grant revoked'));
  });

  /** Whoever refreshes was first or was not; whoever has what is no longer good gets nothing. */
  function expectAllRefused(outcomes: readonly (readonly string[])[]): void {
    expect(outcomes).toHaveLength(ROUNDS.length);
    for (const [refreshed, thief] of outcomes) {
      expect(['tokens', '400 invalid_grant']).toContain(refreshed);
      expect(thief).toBe('400 invalid_grant');
    }
  }

  /** What was said of grants; how Redis is may be said too. */
  function warnings(): string[] {
    const said = instances.flatMap(({ log }) => log.at('warn').map(({ message }) => message));
    return said.filter((message) => message.includes('grant'));
  }
});
