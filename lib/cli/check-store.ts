/**
 * The store as `express-dcr check` sees it: looked at, and nothing written.
 *
 * @module
 */
import { UNOPENED_REMEDIES } from '../keys/remedies.ts';
import { secretStep, type SecretStep } from '../keys/secret-step.ts';
import { clockCondition } from '../operations/conditions.ts';
import type { Condition } from '../storage/store-health.ts';
import type { Store } from '../storage/store.ts';
import { holdersOf, UnopenedError } from '../tokens/envelope.ts';

export interface StoreReport {
  /** Whose it is; absent when no server has claimed it, or it does not answer. */
  readonly owner?: string;
  /** What is not as it should be. */
  readonly conditions: readonly Condition[];
  /** Absent when it cannot be told. */
  readonly step?: SecretStep;
}

/** What is looked for. */
export interface ExpectedStore {
  /** Absent when the configuration does not say it rightly. */
  readonly issuer?: string | undefined;
  readonly secrets: readonly string[];
  readonly now: () => number;
}

/** @throws {StoreUnavailableError} When it stops answering on the way. */
export async function checkStore(store: Store, expected: ExpectedStore): Promise<StoreReport> {
  const { conditions, times } = (await store.health?.()) ?? { conditions: [], times: [] };
  const skews = times.map((time) => Math.abs(time - expected.now()));
  const impaired = [
    ...conditions,
    ...(skews.length > 0 ? [clockCondition(Math.max(...skews))] : []),
  ].filter(({ status }) => status !== 'ok');
  if (impaired.some(({ name, status }) => name === 'store' && status === 'fail')) {
    return { conditions: impaired };
  }
  const owner = await store.owner?.();
  const { issuer, secrets } = expected;
  if (owner !== undefined && issuer !== undefined && owner !== issuer) {
    return { owner, conditions: [...impaired, foreign(owner)] };
  }
  if (secrets.length === 0) return { ...(owner !== undefined && { owner }), conditions: impaired };
  const kept = await store.keys.read();
  const { step, trouble } = stepOf(secrets, kept?.text);
  return {
    ...(owner !== undefined && { owner }),
    conditions: [...impaired, ...(trouble ? [trouble] : [])],
    ...(step !== undefined && { step }),
  };
}

function foreign(owner: string): Condition {
  return {
    ...{ name: 'issuer', status: 'fail', reason: 'foreign' },
    message: `The store belongs to another issuer, ${owner}: DCR_ISSUER is wrong, or needs a DCR_REDIS_PREFIX of its own.`,
  };
}

function stepOf(
  secrets: readonly string[],
  sealed: string | undefined,
): { readonly step?: SecretStep; readonly trouble?: Condition } {
  try {
    const holders = sealed === undefined ? undefined : holdersOf(sealed, secrets);
    const step = secretStep(new Set(secrets).size, holders);
    const message = TROUBLE[step];
    return { step, ...(message !== undefined && { trouble: trouble(message) }) };
  } catch (error) {
    if (!(error instanceof UnopenedError)) throw error;
    const remedy = UNOPENED_REMEDIES[error.situation];
    return { trouble: trouble(`The signing keys in the store do not open: ${remedy}.`) };
  }
}

function trouble(message: string): Condition {
  return { name: 'secret', status: 'fail', reason: 'not-in-step', message };
}

/** Steps at which a server must not start. */
const TROUBLE: Partial<Record<SecretStep, string>> = {
  'unknown secret': `The signing keys in the store do not open: ${UNOPENED_REMEDIES['unknown secret']}.`,
  'step left out':
    'The servers that run do not know the first secret yet, and would refuse what it writes: put it last in DCR_SECRET, deploy to every instance, and only then move it to the front.',
};

/** What the operator does next, where there is something to do. */
export const SECRET_STEPS: Readonly<Record<SecretStep, string>> = {
  'nothing sealed': 'nothing is sealed in the store that would tell which secrets the servers know',
  'unknown secret': 'unknown to the servers that run',
  'step left out': 'a step is left out',
  one: 'one, and the servers that run know no other',
  added:
    'a new one is added (step 1 of 3): deploy this to every instance, then move the new one to the front',
  known:
    'the servers that run know all of them: if the new one is still last, move it to the front (step 2 of 3); if it is first, take the old one out when DCR_REFRESH_TOKEN_TTL has passed (step 3)',
  moved:
    'another one is moved to the front (step 2 of 3): deploy this, and take the old one out when DCR_REFRESH_TOKEN_TTL has passed',
  'taken out':
    'one that the servers know is taken out (step 3 of 3): deploy this only when DCR_REFRESH_TOKEN_TTL has passed since the new one came to the front',
};
