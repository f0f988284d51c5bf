/**
 * Bars over time, as a picture that needs no script.
 *
 * @module
 */
import { piece } from './page.ts';

/** What is drawn at one moment. */
export interface Bar {
  /** When: stands under some of the bars, and beside each of them in the table. */
  readonly label: string;
  readonly values: readonly number[];
}

export interface ChartData {
  /** Names it for everybody, also for who does not see it. */
  readonly title: string;
  /** What the values are, at most two: the second is a part of the first. */
  readonly series: readonly string[];
  readonly bars: readonly Bar[];
}

const SIZE = { width: 720, height: 180, left: 44, bottom: 22, top: 8 };
const LABELS = 6;
const CLASSES = ['first', 'second'] as const;

interface Rectangle {
  readonly x: string;
  readonly y: string;
  readonly width: string;
  readonly height: string;
  readonly kind: string;
}

const drawn: (data: ChartView) => string = piece(`<figure>
<figcaption><strong><%= it.title %></strong> <span class="quiet"><% it.series.forEach((name, nth) => { %><span><span class="key <%= it.kinds[nth] %>" aria-hidden="true"></span> <%= name %> (<%= it.totals[nth] %>)</span> <% }) %></span></figcaption>
<div class="scroll"><svg viewBox="0 0 ${String(SIZE.width)} ${String(SIZE.height)}" role="img" aria-label="<%= it.summary %>">
<% for (const line of it.lines) { %><line class="axis" x1="${String(SIZE.left)}" x2="${String(SIZE.width)}" y1="<%= line.y %>" y2="<%= line.y %>"/><text x="${String(SIZE.left - 6)}" y="<%= line.y %>" dy="4" text-anchor="end"><%= line.label %></text>
<% } %><% for (const one of it.rectangles) { %><rect class="<%= one.kind %>" x="<%= one.x %>" y="<%= one.y %>" width="<%= one.width %>" height="<%= one.height %>"/>
<% } %><% for (const label of it.labels) { %><text x="<%= label.x %>" y="${String(SIZE.height - 6)}" text-anchor="middle"><%= label.text %></text>
<% } %></svg></div>
<details><summary class="quiet">As a table</summary>
<div class="scroll"><table><thead><tr><th>When (UTC)</th><% for (const name of it.series) { %><th class="number"><%= name %></th><% } %></tr></thead><tbody>
<% for (const bar of it.bars) { if (bar.values.some((value) => value > 0)) { %><tr><th scope="row"><%= bar.label %></th><% for (const value of bar.values) { %><td class="number"><%= value %></td><% } %></tr>
<% } } %></tbody></table></div></details>
</figure>`);

type ChartView = ChartData & ReturnType<typeof measured>;

/** HTML of a figure, with the same numbers in a table beside it. */
export function chart(data: ChartData): string {
  return drawn({ ...data, ...measured(data) });
}

function measured({ title, series, bars }: ChartData) {
  const totals = series.map((_, nth) => sum(bars.map(({ values }) => values[nth] ?? 0)));
  const most = Math.max(0, ...bars.flatMap(({ values }) => values));
  const top = niceTop(most);
  const height = SIZE.height - SIZE.bottom - SIZE.top;
  const yOf = (value: number): number => SIZE.top + height * (1 - value / top);
  const step = (SIZE.width - SIZE.left) / Math.max(bars.length, 1);
  const rectangles = bars.flatMap(({ values }, at) =>
    values.flatMap((value, nth): Rectangle[] => {
      if (value === 0) return [];
      const inset = step * (nth === 0 ? 0.1 : 0.3);
      return [
        {
          x: rounded(SIZE.left + at * step + inset),
          y: rounded(yOf(value)),
          width: rounded(step - 2 * inset),
          height: rounded(yOf(0) - yOf(value)),
          kind: CLASSES[nth] ?? '',
        },
      ];
    }),
  );
  const every = Math.max(1, Math.ceil(bars.length / LABELS));
  const labels = bars.flatMap(({ label }, at) =>
    at % every === 0 ? [{ x: rounded(SIZE.left + (at + 0.5) * step), text: label }] : [],
  );
  const lines = [0, top / 2, top].map((value) => ({
    y: rounded(yOf(value)),
    label: String(value),
  }));
  const parts = series.map((name, nth) => `${name}: ${String(totals[nth])}`).join(', ');
  return {
    ...{ totals, rectangles, labels, lines, kinds: CLASSES },
    summary: `${title}. ${parts}. The numbers are in the table that follows.`,
  };
}

/** An even number at least as large, so that half of it is whole too. */
function niceTop(most: number): number {
  if (most <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(most));
  const nice = [1, 2, 4, 6, 8, 10].find((factor) => factor * power >= most) ?? 10;
  return nice * power === 1 ? 2 : nice * power;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function rounded(value: number): string {
  return value.toFixed(1);
}
