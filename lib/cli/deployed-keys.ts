/**
 * The signing keys of the deployment that the environment describes, as its servers keep them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import type { KeyPlan } from '../keys/key-set.ts';
import { KeyKeeper } from '../keys/key-keeper.ts';
import { SILENT } from '../operations/logger.ts';
import { decidingOf } from '../options/environment-settings.ts';
import type { Store } from '../storage/store.ts';
import { createEnvelopes, type Envelopes } from '../tokens/envelope.ts';
import type { Context } from './command.ts';

export interface DeployedKeys {
  /** Absent where the keys are configured: the store then holds none that count. */
  readonly keeper?: KeyKeeper;
  readonly plan: KeyPlan;
  readonly store: Store;
  readonly envelopes: Envelopes;
  /** How many secrets there are. */
  readonly secrets: number;
  readonly newRequestId: () => string;
}

/** @throws As {@link Context.deployment}. */
export async function deployedKeys({
  deployment,
  randomBytes,
}: Pick<Context, 'deployment' | 'randomBytes'>): Promise<DeployedKeys> {
  const { options, store } = await deployment();
  const { settings } = decidingOf({ ...options, store });
  const { issuer, secrets, signingKeys } = settings;
  const envelopes = createEnvelopes({ secrets, issuer, randomBytes });
  const newRequestId = randomUUID;
  return {
    ...(!signingKeys && {
      keeper: new KeyKeeper({ store, envelopes, logger: SILENT, newRequestId }),
    }),
    plan: {
      rotationMs: settings.signingKeyRotationSeconds * 1000,
      tokenTtlMs: settings.accessTokenTtlSeconds * 1000,
    },
    store,
    envelopes,
    secrets: new Set(secrets).size,
    newRequestId,
  };
}

export const CONFIGURED =
  'the signing keys are configured: they are changed in DCR_SIGNING_KEYS, and the store holds none';

export const NO_KEYS = 'there are none yet: the first server that starts makes them';
