/**
 * The codes of conditions that are not as they should be.
 *
 * @module
 */
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Condition } from '../storage/store-health.ts';

/** By name; the reason of a condition says the rest. */
const BY_NAME: Readonly<Record<string, DiagnosticCode>> = {
  store: 'ERR_DCR_HEALTH_STORE',
  writes: 'ERR_DCR_HEALTH_WRITES',
  permissions: 'ERR_DCR_HEALTH_PERMISSIONS',
  eviction: 'ERR_DCR_HEALTH_EVICTION',
  persistence: 'ERR_DCR_HEALTH_PERSISTENCE',
  memory: 'ERR_DCR_HEALTH_MEMORY',
  version: 'ERR_DCR_HEALTH_VERSION',
  clock: 'ERR_DCR_HEALTH_CLOCK',
  keys: 'ERR_DCR_HEALTH_KEYS',
  issuer: 'ERR_DCR_STORE_UNAVAILABLE',
  secret: 'ERR_DCR_SECRET_OUT_OF_STEP',
  serving: 'ERR_DCR_HEALTH_SERVING',
};

/** By name and reason, where the log of a server says the same in a line of its own. */
const BY_REASON: Readonly<Record<string, DiagnosticCode>> = {
  'persistence memory-only': 'ERR_DCR_MEMORY_ONLY',
  'keys not-opened': 'ERR_DCR_KEYS_NOT_OPENED',
  'issuer foreign': 'ERR_DCR_STORE_OF_ANOTHER_ISSUER',
};

/** With its code, where it is not as it should be. */
export function codedCondition(condition: Condition): Condition {
  return condition.status === 'ok' ? condition : { ...condition, code: conditionCode(condition) };
}

/** What a store of the host calls its own conditions is not known here. */
export function conditionCode({ name, reason }: Condition): DiagnosticCode {
  const both = `${name} ${reason}`;
  if (Object.hasOwn(BY_REASON, both)) return BY_REASON[both] ?? OTHER;
  return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? OTHER) : OTHER;
}

const OTHER = 'ERR_DCR_HEALTH_OTHER';
