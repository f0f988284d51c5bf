/**
 * Requests as spans and durations.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 * @module
 */
import type { Attributes, Span } from '@opentelemetry/api';
import type { ObservedRefusal, ObserveEndpoint } from '../operations/observer.ts';
import { SCOPE_NAME, type Instruments } from './instruments.ts';
import type { OpenTelemetry } from './open-telemetry.ts';
import { quietly } from './quietly.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']);

/** What the conventions call a method that they do not know: there are many, and anybody sends them. */
const OTHER_METHOD = '_OTHER';

export interface RequestsDeps {
  readonly api: OpenTelemetry;
  /** Nothing while nobody records. */
  readonly instruments: () => Instruments | undefined;
  /** Milliseconds from any point. */
  readonly monotonic: () => number;
}

export function observeRequests({ api, instruments, monotonic }: RequestsDeps): ObserveEndpoint {
  const tracer = api.trace.getTracer(SCOPE_NAME);
  return (route) => ({
    begin(method) {
      const attributes = requestAttributes({ method, route });
      // Internal, as it is by default: the span of the server is that of the host's HTTP instrumentation.
      const span = tracer.startSpan(`${nameOf(method)} ${route}`, { attributes });
      const isTraced = api.trace.isSpanContextValid(span.spanContext());
      if (!isTraced && !isRecorded(instruments)) return undefined;
      const context = api.trace.setSpan(api.context.active(), span);
      const began = monotonic();
      return {
        run(go) {
          api.context.with(context, go);
        },
        end: quietly((status) => {
          const outcome = outcomeAttributes(status);
          const seconds = (monotonic() - began) / 1000;
          instruments()?.requestDuration.record(seconds, { ...attributes, ...outcome }, context);
          endSpan(api, span, outcome);
        }),
      };
    },
  });
}

/** An SDK that fails is there. */
function isRecorded(instruments: RequestsDeps['instruments']): boolean {
  try {
    return instruments() !== undefined;
  } catch {
    return true;
  }
}

/** What a refusal is counted by. */
export function refusalAttributes({ error, status, ...request }: ObservedRefusal): Attributes {
  return {
    ...requestAttributes(request),
    'error.type': error,
    'http.response.status_code': status,
  };
}

function requestAttributes({
  method,
  route,
}: Pick<ObservedRefusal, 'method' | 'route'>): Attributes {
  return {
    'http.request.method': METHODS.has(method) ? method : OTHER_METHOD,
    ...(route !== undefined && { 'http.route': route }),
  };
}

/** The name of a span says HTTP for a method that is not known. */
function nameOf(method: string): string {
  return METHODS.has(method) ? method : 'HTTP';
}

/** What is the client's fault is no error of the server. */
function outcomeAttributes(status: number | undefined): Attributes {
  if (status === undefined) return {};
  return {
    'http.response.status_code': status,
    ...(status >= 500 && { 'error.type': String(status) }),
  };
}

function endSpan({ SpanStatusCode }: OpenTelemetry, span: Span, outcome: Attributes): void {
  const { 'error.type': failed, ...told } = outcome;
  // Which error it was is there already, where that is known.
  span.setAttributes(told);
  if (failed !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
