/**
 * What was measured, as a picture: the processor time of each server as a ratio to the floor's.
 *
 * @module
 */
import type { ContenderName } from '../contenders/index.ts';
import type { OperationSummary } from './summary.ts';

const SIZE = { width: 920, left: 170, right: 60, top: 74, bar: 16, gap: 3, group: 22 };

/** What is longer is cut off, and says so: else nobody could tell the others apart. */
const LONGEST = 6;

const COLOURS: Readonly<Record<ContenderName, readonly [light: string, dark: string]>> = {
  floor: ['#8b949e', '#6e7681'],
  'express-dcr': ['#0969da', '#4493f8'],
  'mcp-sdk': ['#bf8700', '#d29922'],
  'mcp-sdk-same-state': ['#7d4e00', '#9e6a03'],
  'mcp-oauth-server': ['#8250df', '#ab7df8'],
  'oidc-provider': ['#cf222e', '#f85149'],
};

export function pictureOf(operations: readonly OperationSummary[]): string {
  const longest = Math.max(
    ...operations.flatMap(({ contenders, target }) => [
      target,
      ...contenders.map(({ cpu }) => cpu),
    ]),
  );
  const scale = (SIZE.width - SIZE.left - SIZE.right) / Math.min(LONGEST, longest);
  const parts: string[] = [];
  let y = SIZE.top;
  for (const { operation, contenders, target } of operations) {
    const from = y;
    const values: string[] = [];
    for (const { contender, cpu } of contenders) {
      const width = Math.min(cpu, LONGEST) * scale;
      const value = cpu > LONGEST ? `${cpu.toFixed(1)} (cut off)` : cpu.toFixed(2);
      const text = cpu > LONGEST ? width - 90 : width + 6;
      parts.push(
        `<rect class="${contender}" x="${SIZE.left}" y="${y}" width="${width.toFixed(1)}" height="${SIZE.bar}"/>`,
      );
      values.push(
        `<text class="value" x="${(SIZE.left + text).toFixed(1)}" y="${y + 12.5}">${value}</text>`,
      );
      y += SIZE.bar + SIZE.gap;
    }
    const middle = (from + y) / 2 + 3;
    const x = (SIZE.left + target * scale).toFixed(1);
    parts.push(
      `<text class="name" x="${SIZE.left - 12}" y="${middle}">${operation}</text>`,
      `<line class="target" x1="${x}" x2="${x}" y1="${from - 3}" y2="${y}"/>`,
      // Above the lines: what it says is to be read.
      ...values,
    );
    y += SIZE.group;
  }
  return page(y, [...legend(), ...floorLine(scale, y), ...parts], describe(operations));
}

function legend(): string[] {
  let x = SIZE.left;
  return (Object.keys(COLOURS) as ContenderName[]).flatMap((name) => {
    const from = x;
    x += 36 + name.length * 7;
    return [
      `<rect class="${name}" x="${from}" y="40" width="14" height="14"/>`,
      `<text class="value" x="${from + 20}" y="52">${name}</text>`,
    ];
  });
}

function floorLine(scale: number, bottom: number): string[] {
  const x = (SIZE.left + scale).toFixed(1);
  return [
    `<line class="one" x1="${x}" x2="${x}" y1="${SIZE.top - 8}" y2="${bottom - SIZE.group + 4}"/>`,
  ];
}

function describe(operations: readonly OperationSummary[]): string {
  return operations
    .map(({ operation, contenders }) => {
      const values = contenders.map(({ contender, cpu }) => `${contender} ${cpu.toFixed(2)}`);
      return `${operation}: ${values.join(', ')}.`;
    })
    .join(' ');
}

function page(height: number, parts: readonly string[], description: string): string {
  const fills = (nth: 0 | 1): string =>
    Object.entries(COLOURS)
      .map(([name, colours]) => `--${name}: ${colours[nth]};`)
      .join(' ');
  const classes = Object.keys(COLOURS).map((name) => `.${name} { fill: var(--${name}); }`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${height}" role="img" aria-labelledby="title about">
  <title id="title">Processor time for a request, as a ratio to the least that Express can do</title>
  <desc id="about">${description}</desc>
  <style>
    svg { --paper: #ffffff; --ink: #1f2328; --soft: #59636e; ${fills(0)}
      font-family: system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 13px; }
    @media (prefers-color-scheme: dark) {
      svg { --paper: #0d1117; --ink: #f0f6fc; --soft: #9198a1; ${fills(1)} }
    }
    text { fill: var(--ink); }
    .paper { fill: var(--paper); }
    .head { font-size: 15px; font-weight: 600; }
    .name { text-anchor: end; font-weight: 600; }
    .value { fill: var(--soft); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
    .one { stroke: var(--soft); stroke-dasharray: 4 4; }
    .target { stroke: var(--ink); stroke-width: 2; }
    ${classes.join('\n    ')}
  </style>
  <rect class="paper" width="${SIZE.width}" height="${height}"/>
  <text class="head" x="${SIZE.left}" y="24">Processor time for a request; 1 is the floor, the black line what express-dcr may use</text>
  ${parts.join('\n  ')}
</svg>
`;
}
