/**
 * OpenTelemetry's SDK with an endpoint for Prometheus: where the metrics of express-dcr, and of
 * everything else that uses the API of OpenTelemetry, come out.
 *
 * @module
 */
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** What is running. */
export interface RunningMetrics {
  close(): Promise<void>;
}

/**
 * Serves `/metrics` on a port of its own, on this machine alone: what they say is for operators, and
 * the app's port is for everybody.
 *
 * @throws {Error} When it cannot listen there.
 */
export async function serveMetrics(port: number): Promise<RunningMetrics> {
  const exporter = new PrometheusExporter({
    host: '127.0.0.1',
    port,
    preventServerStart: true,
    withoutScopeInfo: true,
  });
  const provider = new MeterProvider({ readers: [exporter] });
  // From here on everybody who has the API of OpenTelemetry writes to this provider.
  metrics.setGlobalMeterProvider(provider);
  await exporter.startServer();
  return { close: () => provider.shutdown() };
}
