/**
 * The ledger: what must be true of every run, whatever was done to the servers.
 *
 * @see docs/redis.md for what a fault may cost.
 * @module
 */
import type { Examination } from './examination.ts';
import { doubts, type Doubts } from './doubts.ts';
import {
  generationOf,
  grantOf,
  STATELESS,
  type Endpoint,
  type Entry,
  type FaultSpan,
  type TrafficRecord,
} from './record.ts';
import { isIn, slotsAskedBy } from './slots.ts';

export interface Violation {
  readonly rule: string;
  /** Where: an endpoint, an instance, a time of the run. Never a credential. */
  readonly detail: string;
}

export interface Ledger {
  readonly violations: readonly Violation[];
  /** Requests of which the ledger had to say yes that their refusal follows from a documented loss. */
  readonly excused: number;
}

/** A second is promised, and half a second is left to a machine that has more to do. */
export const ANSWER_WITHIN_MS = 1_500;
/** After a fault is over: connections come back within a second, and then there is the rest to do. */
export const RECOVER_WITHIN_MS = 3_000;

/** A machine that stands still for so long keeps Redis from answering too. */
const STALL_MS = 50;

const PAGES: readonly Endpoint[] = ['authorize', 'consent', 'decide'];
const UNAVAILABLE = ['error', 'error_description'];

export function judge(record: TrafficRecord, examination: Examination): Ledger {
  const { entries, faults } = record;
  const violations: Violation[] = [];
  const report = (rule: string, detail: string): void => void violations.push({ rule, detail });
  const reasons = doubts(record);
  let excused = 0;

  for (const entry of entries) {
    for (const rule of wrongInAnswer(entry, faults)) report(rule, placeOf(entry));
    const isRefused = entry.status >= 400 && entry.status < 500;
    if (!isRefused || !entry.isRight) continue;
    if (isExcused(entry, reasons)) excused += 1;
    else report('nobody is refused because of an outage', placeOf(entry));
  }
  for (const problem of wrongInLineage(entries, reasons)) report(...problem);

  for (const { client_id, isKnown } of examination.clients) {
    if (!isKnown && !reasons.isLost({ client_id })) {
      report('every client that was registered is known', 'a client is not');
    }
  }
  for (const { grant, isAlive, isCodeAlive, alsoAlive } of examination.grants) {
    const isLost = reasons.isGrantLost(grant);
    if (!isAlive && !isLost && !reasons.mayHaveEnded(grant)) {
      report('every grant that was given lives', 'a grant does not');
    }
    if (isCodeAlive && !isLost) report('a code is redeemed once', 'a code was alive at the end');
    // Where the redemption was lost, the code gave the tokens once more: the same ones.
    const isBegunAgain = isLost && isCodeAlive;
    if (alsoAlive > 0 && !isBegunAgain)
      report('a grant has one chain of refresh tokens', 'an older token worked');
  }
  return { violations, excused };
}

/** What one answer says, on its own. */
function wrongInAnswer(entry: Entry, faults: readonly FaultSpan[]): string[] {
  const { endpoint, instance, startedAt, endedAt, stalledMs, status, isRight } = entry;
  const touching = faults.filter(({ from, to }) => from <= endedAt && startedAt <= to);
  if (touching.some((fault) => fault.instance === instance)) {
    // The instance itself was away: there may be no answer, or a late one, but not a wrong one.
    if (status === 0 || status === 503) return [];
  } else if (status === 0) return ['every request is answered'];

  const wrong: string[] = [];
  const away = touching.some((fault) => fault.instance === instance);
  if (!away && endedAt - startedAt - stalledMs > ANSWER_WITHIN_MS)
    wrong.push('answers are in time');
  if (status >= 500 && status !== 503) wrong.push('no answer is 500');
  const isPage = PAGES.includes(endpoint);
  const isRedirect = status >= 300 && status < 400;
  const type = isPage ? 'text/html' : 'application/json';
  if (!isRedirect && !entry.contentType.startsWith(type)) wrong.push('answers are of their type');
  if (status === 503) wrong.push(...wrongIn503(entry, faults));
  if ((STATELESS as readonly Endpoint[]).includes(endpoint) && status !== 200) {
    wrong.push('documents and access tokens need no store');
  }
  if (!isRight && status < 400) wrong.push('what is wrong is refused');
  if (isRedirect && entry.error !== undefined) wrong.push('no redirect carries an error');
  return wrong;
}

function wrongIn503(entry: Entry, faults: readonly FaultSpan[]): string[] {
  const { endpoint, stalledMs, retryAfter = '', error, members = [] } = entry;
  const wrong: string[] = [];
  const seconds = Number(retryAfter);
  if (!/^\d+$/.test(retryAfter) || seconds < 1 || seconds > 30) wrong.push('a 503 says when');
  if (!PAGES.includes(endpoint)) {
    const isWhole = error === 'temporarily_unavailable' && String(members) === String(UNAVAILABLE);
    if (!isWhole) wrong.push('a 503 is temporarily_unavailable');
  }
  const isExplained = faults.some((fault) => isBehind(fault, entry));
  if (!isExplained && stalledMs < STALL_MS) wrong.push('a 503 has a fault behind it');
  return wrong;
}

/** Whether a fault was there when something was asked that needs what it met. */
function isBehind({ from, to, slots, replacedBy }: FaultSpan, entry: Entry): boolean {
  const { startedAt } = entry;
  const over = Math.min(to + RECOVER_WITHIN_MS, replacedBy ?? Infinity);
  if (startedAt < from - ANSWER_WITHIN_MS || startedAt > over) return false;
  const asked = slots && slotsAskedBy(entry);
  return !slots || !asked || asked.some((slot) => isIn(slots, slot));
}

/** Refused, although it was right: which is only so where that is the documented price. */
function isExcused({ endpoint, used, startedAt }: Entry, reasons: Doubts): boolean {
  if (reasons.isLost(used)) return true;
  if (endpoint === 'redeem') return reasons.mayBeRedeemed(used.code ?? '', startedAt);
  if (endpoint === 'refresh') return reasons.isGraceOver(used.refresh_token ?? '', startedAt);
  return false;
}

/** What the answers say together. */
function wrongInLineage(
  entries: readonly Entry[],
  reasons: Doubts,
): [rule: string, detail: string][] {
  const wrong: [string, string][] = [];
  const redeemed = new Set<string>();
  const successors = new Map<string, string>();
  for (const entry of entries) {
    const { endpoint, used, got, isRight } = entry;
    if (!isRight || got.refresh_token === undefined) continue;
    if (endpoint === 'redeem') {
      const code = used.code ?? '';
      if (redeemed.has(code) && !reasons.isGrantLost(grantOf(used) ?? '')) {
        wrong.push(['a code is redeemed once', placeOf(entry)]);
      }
      redeemed.add(code);
      if (generationOf(got.refresh_token) !== 1 || grantOf(got) !== grantOf(used)) {
        wrong.push(['tokens follow one another', placeOf(entry)]);
      }
    }
    if (endpoint === 'refresh') {
      const token = used.refresh_token ?? '';
      const known = successors.get(token);
      if (known !== undefined && known !== got.refresh_token) {
        wrong.push(['a grant has one chain of refresh tokens', placeOf(entry)]);
      }
      successors.set(token, got.refresh_token);
      const isNext = generationOf(got.refresh_token) === generationOf(token) + 1;
      if (!isNext || grantOf(got) !== grantOf(used)) {
        wrong.push(['tokens follow one another', placeOf(entry)]);
      }
    }
  }
  return wrong;
}

function placeOf({
  endpoint,
  instance,
  startedAt,
  endedAt,
  stalledMs,
  status,
  error,
}: Entry): string {
  const took = `${Math.round(endedAt - startedAt)} ms`;
  const stalled = stalledMs > 0 ? `, ${Math.round(stalledMs)} ms of it stalled` : '';
  const at = `${(startedAt / 1_000).toFixed(1)} s`;
  return `${endpoint} at ${instance}, ${at}: ${status} ${error ?? ''} after ${took}${stalled}`;
}
