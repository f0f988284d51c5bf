/**
 * The metrics: their names, units and what they are split by.
 *
 * Nothing they are split by is chosen by a stranger, so that nobody can make series: no client, no
 * person, no address, no path that was asked for.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/naming/
 * @module
 */
import type { Counter, Histogram, Meter, MeterProvider } from '@opentelemetry/api';
import type { OpenTelemetry } from './open-telemetry.ts';

/** The name of the instrumentation scope, and of our own part of all names. */
export const SCOPE_NAME = 'express-dcr';

export interface Instruments {
  readonly requestDuration: Histogram;
  readonly refusals: Counter;
  readonly registrations: Counter;
  readonly expansions: Counter;
  readonly auditEvents: Counter;
  readonly storeErrors: Counter;
}

/** Seconds, as the conventions want them for `http.server.request.duration`. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

function createInstruments(meter: Meter): Instruments {
  return {
    requestDuration: meter.createHistogram('express_dcr.request.duration', {
      description: 'Duration of requests to the endpoints of the authorization server.',
      unit: 's',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    }),
    refusals: meter.createCounter('express_dcr.refusals', {
      description: 'Requests that were refused or failed, by the error they were answered with.',
      unit: '{request}',
    }),
    registrations: meter.createCounter('express_dcr.registrations', {
      description: 'Attempts to register a client, by outcome.',
      unit: '{registration}',
    }),
    expansions: meter.createCounter('express_dcr.scope.expansions', {
      description: 'Scopes that the baseline added to what a client may ask for.',
      unit: '{scope}',
    }),
    auditEvents: meter.createCounter('express_dcr.audit.events', {
      description: 'Audit events, such as a grant that was created or revoked.',
      unit: '{event}',
    }),
    storeErrors: meter.createCounter('express_dcr.store.errors', {
      description: 'Operations of the store that failed.',
      unit: '{operation}',
    }),
  };
}

/**
 * Those of the provider of this moment, none while there is no SDK: a host may install its own after it
 * made the server, and there is no provider that passes on what is recorded before.
 */
export function currentInstruments({
  metrics,
  createNoopMeter,
}: OpenTelemetry): () => Instruments | undefined {
  let provider: MeterProvider | undefined;
  let instruments: Instruments | undefined;
  return () => {
    const current = metrics.getMeterProvider();
    if (provider !== current) {
      const meter = current.getMeter(SCOPE_NAME);
      instruments = meter === createNoopMeter() ? undefined : createInstruments(meter);
      provider = current;
    }
    return instruments;
  };
}
