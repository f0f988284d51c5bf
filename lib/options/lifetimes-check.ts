/**
 * Checking how long things last, and how that fits together.
 *
 * @module
 */
import { finding, type Finding } from '../diagnostics/finding.ts';
import { PUBLISHED_BEFORE_MS } from '../keys/key-set.ts';
import { DEFAULTS, type AuthorizationServerOptions } from './options.ts';

type Options = Partial<AuthorizationServerOptions>;

/** One thing that is wrong. */
export interface LifetimeProblem extends Finding {
  readonly option: 'codeTtlSeconds' | 'clientIdleTtlSeconds' | 'signingKeyRotationSeconds';
}

/** RFC 6749 §4.1.2: "A maximum authorization code lifetime of 10 minutes is RECOMMENDED." */
const MAX_CODE_TTL_SECONDS = 600;

/** What is wrong with one duration by itself. */
export function durationProblem(value: number | undefined): Finding | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return undefined;
  return finding(
    'ERR_DCR_DURATION_INVALID',
    `${JSON.stringify(value)} is not a positive number of whole seconds`,
  );
}

/** What does not fit together; empty when all does. */
export function lifetimeProblems(options: Options): LifetimeProblem[] {
  const found = {
    codeTtlSeconds: codeTtlMessage(options),
    clientIdleTtlSeconds: idleTtlMessage(options),
    signingKeyRotationSeconds: rotationMessage(options),
  };
  const problems = Object.entries(found).flatMap(([option, message]) =>
    message === undefined
      ? []
      : [
          {
            option: option as LifetimeProblem['option'],
            ...finding('ERR_DCR_LIFETIME_CONFLICT', message),
          },
        ],
  );
  const { signingKeyRotationSeconds, signingKeys } = options;
  if (signingKeyRotationSeconds !== undefined && signingKeys !== undefined) {
    problems.push({
      option: 'signingKeyRotationSeconds',
      ...finding(
        'ERR_DCR_OPTION_WITHOUT_EFFECT',
        'has no effect together with signingKeys: leave one of them out',
      ),
    });
  }
  return problems;
}

function codeTtlMessage({ codeTtlSeconds = DEFAULTS.codeTtlSeconds }: Options): string | undefined {
  if (codeTtlSeconds <= MAX_CODE_TTL_SECONDS) return undefined;
  return `must not be longer than ${String(MAX_CODE_TTL_SECONDS)} seconds`;
}

function idleTtlMessage(options: Options): string | undefined {
  const { grantMaxTtlSeconds: grant, clientIdleTtlSeconds: idle } = { ...DEFAULTS, ...options };
  if (idle >= grant) return undefined;
  return `${String(idle)} s is shorter than grantMaxTtlSeconds (${String(grant)} s): a client must outlive its grants`;
}

/** The previous key is gone before the next is published: otherwise keys would pile up. */
function rotationMessage(options: Options): string | undefined {
  const { signingKeyRotationSeconds: rotation, accessTokenTtlSeconds: ttl } = {
    ...DEFAULTS,
    ...options,
  };
  // What is no duration is said elsewhere, and configured keys do not rotate.
  const isSaid = [rotation, ttl].some((value) => durationProblem(value) !== undefined);
  if (isSaid || options.signingKeys !== undefined) return undefined;
  const published = PUBLISHED_BEFORE_MS / 1000;
  if (rotation > published + ttl) return undefined;
  return `${String(rotation)} s is not longer than the ${String(published)} s for which a key is published before it signs and accessTokenTtlSeconds (${String(ttl)} s) together`;
}
