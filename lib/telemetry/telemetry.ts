/**
 * Metrics and traces for a host that has OpenTelemetry: no-op until it installs an SDK.
 *
 * @module
 */
import type { NewAuditEvent } from '../operations/audit.ts';
import type { ObserveEndpoint, OnRefusal } from '../operations/observer.ts';
import { currentInstruments } from './instruments.ts';
import type { OpenTelemetry } from './open-telemetry.ts';
import { quietly } from './quietly.ts';
import { observeRequests, refusalAttributes } from './requests.ts';

export interface TelemetryDeps {
  readonly api: OpenTelemetry;
  /** The path of the registration endpoint. */
  readonly registration: string;
  /** Milliseconds from any point. */
  readonly monotonic: () => number;
}

export interface Telemetry {
  readonly observeEndpoint: ObserveEndpoint;
  readonly onRefusal: OnRefusal;
  readonly onEvent: (event: NewAuditEvent) => void;
  /** @param operation - Such as `clients.find`. */
  readonly onStoreFailure: (operation: string, error: unknown) => void;
}

export function createTelemetry({ api, registration, monotonic }: TelemetryDeps): Telemetry {
  const instruments = currentInstruments(api);
  return {
    observeEndpoint: observeRequests({ api, instruments, monotonic }),
    onRefusal: quietly((refusal) => {
      const { error, status, isPlanned, method, route } = refusal;
      api.trace.getActiveSpan()?.setAttribute('error.type', error);
      instruments()?.refusals.add(1, refusalAttributes(refusal));
      if (route !== registration || method !== 'POST') return;
      const outcome = status >= 500 && !isPlanned ? 'failed' : 'refused';
      instruments()?.registrations.add(1, { 'express_dcr.outcome': outcome, 'error.type': error });
    }),
    onEvent: quietly(({ name, by, baseline = [] }) => {
      const current = instruments();
      if (!current) return;
      const { auditEvents, registrations, expansions } = current;
      auditEvents.add(1, { 'express_dcr.event': name, 'express_dcr.actor': by });
      if (name === 'client.registered') registrations.add(1, { 'express_dcr.outcome': 'accepted' });
      if (name !== 'client.expanded') return;
      for (const { scope, rule } of baseline) {
        expansions.add(1, { 'express_dcr.scope': scope, 'express_dcr.rule': rule });
      }
    }),
    onStoreFailure: quietly((operation, error) => {
      const attributes = { 'express_dcr.store.operation': operation, 'error.type': typeOf(error) };
      instruments()?.storeErrors.add(1, attributes);
    }),
  };
}

/** Stores say it by a code; what a host's own throws otherwise is what the conventions call another. */
function typeOf(error: unknown): string {
  const { code } = Object(error) as Record<string, unknown>;
  return code === 'ERR_DCR_STORE_UNAVAILABLE' ? code : '_OTHER';
}
