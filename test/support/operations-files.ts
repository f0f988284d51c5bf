/**
 * What docs/operations asks of Prometheus.
 */
import { parse } from 'yaml';
import { textOf } from '../house/files.ts';

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: {
    readonly h: number;
    readonly w: number;
    readonly x: number;
    readonly y: number;
  };
  readonly targets: readonly { readonly expr: string }[];
}

export function alertRules(): readonly AlertRule[] {
  const { groups } = parse(textOf('docs/operations/alerts.yml')) as {
    groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

export function dashboardPanels(): readonly Panel[] {
  const { panels } = JSON.parse(textOf('docs/operations/dashboard.json')) as {
    panels: readonly Panel[];
  };
  return panels;
}

/** Every question that is asked, with the variables of Grafana filled in. */
export function questions(): readonly { readonly asker: string; readonly expr: string }[] {
  return [
    ...alertRules().map(({ alert, expr }) => ({ asker: alert, expr })),
    ...dashboardPanels().flatMap(({ title, targets }) =>
      targets.map(({ expr }) => ({ asker: title, expr })),
    ),
  ].map(({ asker, expr }) => ({
    asker,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
  }));
}
