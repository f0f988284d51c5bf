/**
 * The API of OpenTelemetry, where the host has it: without a package of the host there is nobody to
 * report to, and nothing is loaded.
 *
 * @see https://opentelemetry.io/docs/specs/otel/library-guidelines/
 * @module
 */
import { createRequire } from 'node:module';
import type * as api from '@opentelemetry/api';
import { describeError, type Logger } from '../operations/logger.ts';

export type OpenTelemetry = Pick<
  typeof api,
  'context' | 'createNoopMeter' | 'metrics' | 'trace' | 'SpanStatusCode'
>;

/** Throws when there is no such package. */
export type Load = () => OpenTelemetry;

/** @returns `undefined` when it is not there, or cannot be used, which is logged. */
export function loadOpenTelemetry(
  { logger }: { readonly logger: Logger },
  load: Load = installed,
): OpenTelemetry | undefined {
  try {
    return load();
  } catch (error) {
    if (!isMissing(error))
      logger.warn('no metrics, no traces', {
        code: 'ERR_DCR_TELEMETRY_FAILED',
        cause: describeError(error),
      });
    return undefined;
  }
}

function installed(): OpenTelemetry {
  const require = createRequire(import.meta.url);
  return require('@opentelemetry/api') as OpenTelemetry;
}

function isMissing(error: unknown): boolean {
  return (Object(error) as Record<string, unknown>)['code'] === 'MODULE_NOT_FOUND';
}
