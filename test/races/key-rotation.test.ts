import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import supertest from 'supertest';
import { KeyKeeper } from '../../lib/keys/key-keeper.ts';
import { rotateKeys } from '../../lib/keys/key-operations.ts';
import { SILENT } from '../../lib/operations/logger.ts';
import { createEnvelopes } from '../../lib/tokens/envelope.ts';
import { KEPT } from '../faults/support/instances.ts';
import { ISSUER, SECRET } from '../support/app.ts';
import { refreshRequest, registeredClientId, type At, type Tokens } from '../support/flow.ts';
import { verifyWith } from '../support/kept-keys.ts';
import { redeemed, SCOPE } from './support/approvals.ts';
import { startRaceBench, type RaceBench } from './support/bench.ts';
import { ROUNDS, SIDE_BY_SIDE } from './support/rounds.ts';

const MINUTE = 60_000;
/** Shorter than a key is published before it signs: a list that was fetched before a step is no older. */
const STEP_MS = 10 * MINUTE;
const PLAN = { rotationMs: 180 * MINUTE, tokenTtlMs: 60 * MINUTE };
/** An operator has other reasons than the time. */
const OPERATOR_ROTATES_EVERY = 5;

let bench: RaceBench;
beforeEach(async () => {
  const signingKeyRotationSeconds = PLAN.rotationMs / 1000;
  const accessTokenTtlSeconds = PLAN.tokenTtlMs / 1000;
  bench = await startRaceBench({ signingKeyRotationSeconds, accessTokenTtlSeconds }, KEPT);
});
afterEach(() => bench.close());

async function listAt({ app }: { readonly app: At }): Promise<JSONWebKeySet> {
  const { status, body } = await supertest(app).get('/oauth/jwks');
  if (status !== 200) throw new Error(`the keys are answered with ${String(status)}`);
  return body as JSONWebKeySet;
}

const lists = (): Promise<JSONWebKeySet[]> => Promise.all(bench.instances.map(listAt));
const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? '';

/** `keys rotate`, at a connection of its own. */
function operator(): () => Promise<void> {
  const envelopes = createEnvelopes({ secrets: [SECRET], issuer: ISSUER, randomBytes });
  const { store } = bench;
  const keeper = new KeyKeeper({ store, envelopes, logger: SILENT, newRequestId: randomUUID });
  return () => rotateKeys(keeper, PLAN);
}

describe('keys that change while tokens are signed, at two instances', () => {
  it('sign nothing before they are published, and are published as long as a token is good', async () => {
    const { instances, clock } = bench;
    const rotate = operator();
    const client_id = await registeredClientId(instances[0].app, { scope: SCOPE });
    const lanes = await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, (_, round) =>
        redeemed(instances[0].app, { client_id, round }),
      ),
    );
    const refreshTokens = lanes.map(({ refresh_token }) => refresh_token);
    const counts = { signed: 0, unpublished: 0, unverified: 0 };
    const kids = new Set<string>();
    let living: string[] = [];

    const isGood = (token: string): boolean => (decodeJwt(token).exp ?? 0) * 1000 > clock.now();
    const steps = Math.ceil(ROUNDS / SIDE_BY_SIDE);
    for (let step = 0; step < steps; step += 1) {
      const before = await lists();
      const published = before.map(({ keys }) => keys.map(({ kid }) => kid));
      const signing = refreshTokens.map(async (token, lane) => {
        const { app } = instances[(lane + step) % 2]!;
        const { status, body } = await refreshRequest(app, client_id, token);
        expect(status).toBe(200);
        const { access_token, refresh_token = '' } = body as Tokens;
        refreshTokens[lane] = refresh_token;
        kids.add(kidOf(access_token));
        counts.signed += 1;
        if (!published.every((known) => known.includes(kidOf(access_token))))
          counts.unpublished += 1;
        return access_token;
      });
      const changing = async (): Promise<void> => {
        clock.advance(STEP_MS);
        if (step % OPERATOR_ROTATES_EVERY === 0) await rotate();
      };
      const [signed] = await Promise.all([Promise.all(signing), changing()]);

      living = [...living, ...signed].filter(isGood);
      // What an API would fetch now, at either instance.
      for (const list of await lists()) {
        const verified = await Promise.allSettled(
          living.map((token) => verifyWith(list, token, clock)),
        );
        counts.unverified += verified.filter(({ status }) => status === 'rejected').length;
      }
    }
    expect(counts).toEqual({ signed: steps * SIDE_BY_SIDE, unpublished: 0, unverified: 0 });
    // One every three hours, and those of the operator, each an hour after it was published.
    expect(kids.size).toBeGreaterThan((steps * STEP_MS) / PLAN.rotationMs - 1);
    expect(await bench.kinds()).toMatchObject({ keys: 1, grant: SIDE_BY_SIDE });
    expect(await bench.wrong()).toEqual([]);
  });
});
