/**
 * What an SDK of the host would report: metrics as series, and spans.
 */
import { context, metrics, trace, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** One series of a metric. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** The sum of a counter; of a histogram, how often something was recorded. */
  readonly count: number;
}

export interface HostSdk {
  series(): Promise<readonly Series[]>;
  /** Those of one metric, without what they are called. */
  of(name: string): Promise<readonly Pick<Series, 'attributes' | 'count'>[]>;
  spans(): readonly ReadableSpan[];
  /** Takes it away again. */
  end(): Promise<void>;
}

class Collector extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

/** Installs an SDK, as a host does. */
export function installSdk(): HostSdk {
  const reader = new Collector();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const tracerProvider = new BasicTracerProvider({ spanProcessors });
  metrics.setGlobalMeterProvider(meterProvider);
  trace.setGlobalTracerProvider(tracerProvider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

  async function series(): Promise<readonly Series[]> {
    const { resourceMetrics } = await reader.collect();
    return resourceMetrics.scopeMetrics
      .flatMap((scope) => scope.metrics)
      .flatMap(({ descriptor: { name, unit }, ...data }) =>
        data.dataPointType === DataPointType.HISTOGRAM
          ? data.dataPoints.map(({ attributes, value: { count } }) => ({
              ...{ name, unit, attributes },
              count,
            }))
          : data.dataPoints.map(({ attributes, value }) => ({
              ...{ name, unit, attributes },
              count: Number(value),
            })),
      );
  }
  return {
    series,
    async of(wanted) {
      const found = (await series()).filter(({ name }) => name === wanted);
      return found.map(({ attributes, count }) => ({ attributes, count }));
    },
    spans: () => exporter.getFinishedSpans(),
    async end() {
      metrics.disable();
      trace.disable();
      context.disable();
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
    },
  };
}
