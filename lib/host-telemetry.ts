/**
 * Metrics and traces, where the host has OpenTelemetry.
 *
 * @module
 */
import type { Settings } from './options/settings.ts';
import { loadOpenTelemetry } from './telemetry/open-telemetry.ts';
import { createTelemetry, type Telemetry } from './telemetry/telemetry.ts';

/** Nothing for a host without: then nothing is measured either. */
export function hostTelemetry({
  logger,
  paths,
}: Pick<Settings, 'logger' | 'paths'>): Partial<Telemetry> {
  const api = loadOpenTelemetry({ logger });
  if (!api) return {};
  return createTelemetry({
    api,
    registration: paths.register,
    monotonic: () => performance.now(),
  });
}
