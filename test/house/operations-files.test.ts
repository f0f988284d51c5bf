import { describe, expect, it } from '@jest/globals';
import { parser } from '@prometheus-io/lezer-promql';
import { AUDIT_EVENTS } from '../../lib/operations/audit-events.ts';
import { alertRules, dashboardPanels, questions } from '../support/operations-files.ts';
import { textOf } from './files.ts';

/** What the parser could not read; `undefined` when it could read everything. */
function mistakeIn(expr: string): string | undefined {
  let mistake: string | undefined;
  parser.parse(expr).iterate({
    enter({ type, from }) {
      if (type.isError) mistake ??= expr.slice(from);
    },
  });
  return mistake;
}

/** The words of GitHub's address for each heading. */
function anchorsOf(path: string): readonly string[] {
  return [...textOf(path).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('the table of metrics for operators', () => {
  it('has each metric there is, with its kind, its unit and no other', () => {
    const source = textOf('lib/telemetry/instruments.ts');
    const made = [...source.matchAll(/create(\w+)\('([^']+)'[^)]*?unit: '([^']+)'/gs)].map(
      ([, kind = '', name, unit]) => [name, kind.toLowerCase(), unit],
    );
    const documented = [
      ...textOf('docs/operators.md').matchAll(/^\| `(express_dcr[^`]+)` +\| (\w+) +\| `([^`]+)`/gm),
    ].map(([, name, kind, unit]) => [name, kind, unit]);
    expect(made.length).toBeGreaterThan(4);
    expect(documented).toEqual(made);
  });
});

describe('the questions of docs/operations', () => {
  it('are found, and a mistake in one would be', () => {
    expect(alertRules().length).toBeGreaterThan(5);
    expect(dashboardPanels().length).toBeGreaterThan(8);
    expect(mistakeIn('sum by (a) (rate(b_total[5m]))')).toBeUndefined();
    expect(mistakeIn('sum by (a (rate(b_total[5m]))')).toBeDefined();
  });

  it.each(questions())('can be read: $asker', ({ expr }) => {
    expect(mistakeIn(expr)).toBeUndefined();
  });

  it('name only events that there are', () => {
    const named = questions().flatMap(({ expr }) =>
      [...expr.matchAll(/express_dcr_event[!=~]+"([^"]+)"/g)].flatMap(([, names = '']) =>
        names.split('|'),
      ),
    );
    expect(named).toContain('refresh.reused');
    const isThere = (name: string): boolean =>
      name.endsWith('.*')
        ? Object.keys(AUDIT_EVENTS).some((event) => event.startsWith(name.slice(0, -2)))
        : name in AUDIT_EVENTS;
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});

describe('docs/operations/alerts.yml', () => {
  it.each(alertRules())('says of $alert what it means and where to read on', (rule) => {
    expect(['warning', 'critical']).toContain(rule.labels['severity']);
    expect(rule.annotations).toMatchObject({
      summary: expect.stringMatching(/./),
      description: expect.stringMatching(/\.$/),
    });
    const [path = '', anchor = ''] = rule.annotations['runbook']?.split('#') ?? [];
    expect(anchorsOf(path)).toContain(anchor);
  });

  it('has each name once', () => {
    const names = alertRules().map(({ alert }) => alert);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('docs/operations/dashboard.json', () => {
  it('has no two panels in one place, and none without a word of explanation', () => {
    const panels = dashboardPanels();
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(panels.filter(({ description }) => description === '')).toEqual([]);
  });
});
