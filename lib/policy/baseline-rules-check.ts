/**
 * Checking baseline rules, which may be any JSON.
 *
 * @module
 */
import { findings, type Finding } from '../diagnostics/finding.ts';
import { isLoopbackHost } from '../protocol/loopback.ts';
import type { Scope } from '../protocol/scope.ts';
import { GLOBAL_RULE, HOOK_RULE } from './baseline.ts';
import { MATCH_FIELDS, type BaselineMatch } from './baseline-rules.ts';
import { isRedirectHostEntry } from './redirect-hosts.ts';

const MAX_RULES = 50;
const MAX_TEXT_LENGTH = 200;

/** It stands in logs, records and reports. */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9])?$/;
const MEMBERS = ['name', 'match', 'scopes'];

export interface RulesCheck {
  /** The list that is for every client. */
  readonly baseline: readonly Scope[];
  /** What is wrong with a list of baseline scopes, called as in the message. */
  readonly scopeProblems: (name: string, scopes: readonly Scope[]) => readonly Finding[];
}

/** Everything that is wrong with them, one sentence each; empty when they are fine. */
export function baselineRuleProblems(rules: unknown, check: RulesCheck): Finding[] {
  if (rules === undefined) return [];
  if (!Array.isArray(rules)) return wrong(['baseline_rules must be a list of rules']);
  const list: readonly unknown[] = rules;
  const messages: string[] = [];
  const names = list.map((rule) => (Object(rule) as { name?: unknown }).name).filter(isText);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (repeated.length > 0) {
    messages.push(`baseline_rules has more than one rule of the name ${quoted(repeated)}`);
  }
  if (list.length > MAX_RULES) {
    messages.push(
      `baseline_rules has ${String(list.length)} rules; at most ${String(MAX_RULES)} are allowed`,
    );
  }
  return [...list.flatMap((rule, index) => ruleProblems(rule, index, check)), ...wrong(messages)];
}

function wrong(messages: readonly string[]): Finding[] {
  return findings('ERR_DCR_BASELINE_RULE_INVALID', messages);
}

function ruleProblems(rule: unknown, index: number, check: RulesCheck): Finding[] {
  if (!isObject(rule)) {
    return wrong([`baseline_rules[${String(index)}] is not { name, match, scopes }`]);
  }
  const { name, match, scopes } = rule;
  const called = `baseline_rules ${isText(name) ? quoted([name]) : `[${String(index)}]`}`;
  const messages = unknownMembers(called, Object.keys(rule), MEMBERS);
  const nameProblem = nameMessage(name);
  if (nameProblem !== undefined) messages.push(`${called}: name ${nameProblem}`);
  messages.push(...matchMessages(`${called}: match`, match));
  return [...wrong(messages), ...scopesProblems(called, scopes, check)];
}

function nameMessage(name: unknown): string | undefined {
  if (!isText(name) || !NAME.test(name)) {
    return 'must be 1 to 64 letters, digits, spaces, or . _ / - between them';
  }
  if (name === GLOBAL_RULE || name === HOOK_RULE) {
    return `cannot be ${quoted([name])}: that is what other baseline scopes are said to come from`;
  }
  return undefined;
}

function matchMessages(called: string, match: unknown): string[] {
  if (!isObject(match)) return [`${called} must say which clients the rule is about`];
  const said = Object.entries(match).filter(([, wanted]) => wanted !== undefined);
  if (said.length === 0) {
    return [`${called} is empty: scopes for every client belong into baseline_client_scopes`];
  }
  const messages = unknownMembers(
    called,
    said.map(([field]) => field),
    MATCH_FIELDS,
  );
  for (const [field, wanted] of said) {
    const problem = Object.hasOwn(FIELDS, field)
      ? FIELDS[field as keyof BaselineMatch](wanted)
      : undefined;
    if (problem !== undefined) messages.push(`${called}.${field} ${problem}`);
  }
  return messages;
}

const FIELDS: Readonly<Record<keyof BaselineMatch, (wanted: unknown) => string | undefined>> = {
  redirect_host: hostsMessage,
  client_id_host: hostsMessage,
  application_type: (wanted) =>
    wanted === 'native' || wanted === 'web' ? undefined : 'must be "native" or "web"',
  client_name: textsMessage,
  software_id: textsMessage,
};

function hostsMessage(wanted: unknown): string | undefined {
  const hosts = textsOf(wanted);
  if (!hosts) return 'must be a host such as app.example.com, or a list of them';
  const loopback = hosts.filter(isLoopbackHost);
  if (loopback.length > 0) {
    return `contains ${quoted(loopback)}: anybody can listen there, so it proves nothing`;
  }
  const wrong = hosts.filter((host) => host.endsWith(':') || !isRedirectHostEntry(host));
  if (wrong.length === 0) return undefined;
  return `contains ${quoted(wrong)} which is neither a public host such as app.example.com nor *.example.com`;
}

function textsMessage(wanted: unknown): string | undefined {
  const texts = textsOf(wanted);
  return texts?.every((text) => text.length <= MAX_TEXT_LENGTH)
    ? undefined
    : `must be a text of at most ${String(MAX_TEXT_LENGTH)} characters, or a list of them`;
}

function scopesProblems(called: string, scopes: unknown, check: RulesCheck): readonly Finding[] {
  const list = textsOf(scopes);
  if (!Array.isArray(scopes) || !list) return wrong([`${called}: scopes must be a list of scopes`]);
  const problems = check.scopeProblems(called, list);
  if (list.some((scope) => !check.baseline.includes(scope))) return problems;
  const message = `${called} adds nothing: its scopes are all in baseline_client_scopes`;
  return [...problems, ...wrong([message])];
}

/** At least one, and none that is empty. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = [value].flat();
  return list.length > 0 && list.every((text) => isText(text)) ? list : undefined;
}

function unknownMembers(
  called: string,
  members: readonly string[],
  known: readonly string[],
): string[] {
  return members
    .filter((member) => !known.includes(member))
    .map((member) => `${called} has ${quoted([member])} which is none of ${known.join(', ')}`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}
