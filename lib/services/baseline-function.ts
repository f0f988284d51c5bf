/**
 * The baseline function: the host's own, for what no rule can say; held to the same checks as a rule.
 *
 * @module
 */
import { frozenCopy } from '../protocol/frozen-copy.ts';
import { describeError, type Logger } from '../operations/logger.ts';
import type { BaselineClient } from '../policy/baseline-rules.ts';
import type { BaselineHook } from '../policy/scope-policy.ts';
import { baselineScopeProblems, type ScopeSettings } from '../policy/scope-settings.ts';
import { wireMetadata, type WireMetadata } from '../protocol/client.ts';
import type { Scope } from '../protocol/scope.ts';

/** A client as the baseline function sees it. */
export interface BaselineFunctionClient extends Pick<BaselineClient, 'client_id' | 'origin'> {
  /** As on the wire; `scope` is what the client asks for, absent when it asks for nothing. */
  readonly metadata: WireMetadata;
}

/**
 * Names scopes that a client may ask for, whatever it registered with.
 *
 * @returns At most 10, each of them supported and not restricted; an empty list for none.
 */
export type BaselineFunction = (client: BaselineFunctionClient) => readonly Scope[];

/** It is asked on every leg: what is wrong with it each time is told once in a minute. */
const SILENT_MS = 60_000;

export interface BaselineFunctionDeps {
  readonly settings: Pick<ScopeSettings, 'scopesSupported' | 'restrictedScopes'>;
  readonly logger: Logger;
  readonly now: () => number;
}

/** A function that fails, or names what the baseline cannot hold, adds nothing. */
export function createBaselineHook(
  baseline: BaselineFunction,
  { settings, logger, now }: BaselineFunctionDeps,
): BaselineHook {
  const { scopesSupported = [], restrictedScopes = [] } = settings;
  const limits = structuredClone({ scopesSupported, restrictedScopes });
  let silentUntil = -Infinity;
  const refuse = (client_id: string, why: object): readonly Scope[] => {
    if (now() < silentUntil) return [];
    silentUntil = now() + SILENT_MS;
    const code = 'ERR_DCR_BASELINE_FUNCTION_FAILED';
    logger.error('baseline function refused: it adds nothing', { code, client_id, ...why });
    return [];
  };
  return ({ client_id, origin, metadata, requested }) => {
    let scopes: unknown;
    try {
      const wire = wireMetadata(metadata, requested);
      scopes = baseline(frozenCopy({ client_id, origin, metadata: wire }));
    } catch (cause) {
      return refuse(client_id, { cause: describeError(cause) });
    }
    if (isThenable(scopes)) {
      // It is not waited for, and must not end the process when it fails later.
      Promise.resolve(scopes).catch(() => undefined);
      return refuse(client_id, { problems: ['it must return a list, not a promise of one'] });
    }
    if (!isListOfTexts(scopes)) return refuse(client_id, { problems: ['it must return a list'] });
    const found = baselineScopeProblems('baseline()', scopes, limits);
    const problems = found.map(({ message }) => message);
    return problems.length > 0 ? refuse(client_id, { problems }) : [...scopes];
  };
}

/** Also a promise of another realm, as in a host's Jest. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (Object(value) as { then?: unknown }).then === 'function';
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
