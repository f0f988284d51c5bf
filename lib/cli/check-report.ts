/**
 * What `check` found, as lines for people.
 *
 * @module
 */
import { conditionCode } from '../operations/condition-codes.ts';
import { printable } from '../operations/logger.ts';
import { readOn, withCode, type ConfigurationProblem } from '../options/configuration-error.ts';
import type { Deciding } from '../options/environment-settings.ts';
import type { StartWarning } from '../options/start-warnings.ts';
import type { ScopeExplanation } from '../policy/scope-reasons.ts';
import { policyRows } from '../services/effective-policy.ts';
import type { MetadataExplanation } from '../services/explain-metadata.ts';
import { SECRET_STEPS, type StoreReport } from './check-store.ts';
import type { Context } from './command.ts';
import { aligned } from './table.ts';
import type { UnmetNeed } from './known-needs.ts';
import type { ShutOut } from './shut-out.ts';

export interface CheckReport {
  readonly deciding: Deciding;
  /** Absent when the store was left alone, or is memory. */
  readonly store?: StoreReport;
  readonly warnings: readonly StartWarning[];
  readonly shutOut: readonly ShutOut[];
  readonly needs: readonly UnmetNeed[];
  readonly clients: readonly { readonly path: string; readonly result: MetadataExplanation }[];
}

type Paint = Context['paint'];

export function problemText({ option, variable, ...found }: ConfigurationProblem): string {
  return `${variable ?? option}: ${withCode(found)}`;
}

export function reportLines(report: CheckReport, paint: Paint): string[] {
  const { deciding, store, warnings, shutOut, needs, clients } = report;
  const shut = needs.filter(({ isShutOut }) => isShutOut);
  const worse = needs.filter(({ isShutOut }) => !isShutOut);
  const impaired = (store?.conditions ?? []).map((condition) => ({
    code: conditionCode(condition),
    message: condition.message,
  }));
  const thoughts = [...warnings, ...impaired];
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', paint('bold', title), ...lines.map((line) => `  ${line}`)] : [];
  return [
    paint('green', 'A server starts with this configuration.'),
    '',
    ...aligned([...policyRows(deciding), ...storeRows(store)], ''),
    ...section(
      'To think about',
      [...thoughts.map(warningText), ...(thoughts.length > 0 ? [readOn(thoughts)] : [])].map(
        (line) => paint('yellow', line),
      ),
    ),
    ...section('Clients that are shut out', [...shut.map(needText), ...shutOut.map(shutOutText)]),
    ...section('Clients that are worse off', worse.map(needText)),
    ...clients.flatMap(({ path, result }) => section(path, clientLines(result, paint))),
  ];
}

function storeRows(store: StoreReport | undefined): string[][] {
  if (!store) return [['Store', 'not looked at']];
  return [
    ['Store', store.owner === undefined ? 'answers; no server has used it yet' : 'answers'],
    ...(store.step === undefined ? [] : [['Secret', SECRET_STEPS[store.step]]]),
  ];
}

function warningText({ code, message, fields = {} }: StartWarning): string {
  const said = Object.entries(fields).map(([name, value]) => `${name}: ${textOf(value)}`);
  const whole = said.length > 0 ? `${message}; ${said.join('; ')}` : message;
  return withCode({ code, message: whole });
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function shutOutText({ clients, that, error, remedy }: ShutOut): string {
  const refused = `clients that ${that} will be refused (${error})`;
  const helps = remedy === undefined ? 'no single setting accepts them' : `${remedy} accepts them`;
  return `${clients.join(', ')}: ${refused}; ${helps}`;
}

function needText({ clients, effect, remedy }: UnmetNeed): string {
  const helps = remedy === undefined ? '' : `; ${remedy} helps`;
  return `${clients.join(', ')}: ${effect}${helps}`;
}

/** Each scope with its reason, in the words that every explanation has. */
function clientLines(explained: MetadataExplanation, paint: Paint): string[] {
  const rows = aligned(explained.scopes.map(scopeRow), '  ');
  if (explained.outcome === 'refused') {
    return [paint('red', `refused, ${explained.error}: ${explained.reason}`), ...rows];
  }
  const { origin, metadata, droppedRedirectUris } = explained;
  const places = (uris: readonly string[]): string => uris.map(printable).join(' ');
  return [
    origin === 'registered' ? 'would be registered' : 'would be known by its document',
    ...rows,
    `authenticates by ${metadata.token_endpoint_auth_method}; ${metadata.grant_types.join(' ')}`,
    `redirects to ${places(metadata.redirect_uris)}`,
    ...(droppedRedirectUris.length > 0 ? [`left out: ${places(droppedRedirectUris)}`] : []),
  ];
}

function scopeRow({ scope, allowed, reason, leftOut }: ScopeExplanation): string[] {
  const standing = allowed ? 'may ask' : leftOut ? 'left out' : 'may not ask';
  return [printable(scope), standing, reason];
}
