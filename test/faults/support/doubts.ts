/**
 * What a client cannot know for sure: what an answer of 503 has done, and what the servers have lost.
 *
 * @module
 */
import { grantOf, type Credentials, type TrafficRecord } from './record.ts';

export interface Doubts {
  /** One of the credentials, or what it came from, was given when the servers were losing data. */
  isLost(credentials: Credentials): boolean;
  isGrantLost(grant: string): boolean;
  /** An earlier request with this code was not answered for sure: it may be spent. */
  mayBeRedeemed(code: string, before: number): boolean;
  /**
   * An earlier request with this refresh token was not answered for sure, and that is so long ago
   * that the same successor is not given again.
   */
  isGraceOver(refreshToken: string, before: number): boolean;
  /** One or the other has happened to the grant, so that it was ended by what came after. */
  mayHaveEnded(grant: string): boolean;
}

/** The grace window is 30 seconds of the store's clock from the rotation; some come and go before. */
const GRACE_MS = 28_000;

export function doubts({ entries, faults }: TrafficRecord): Doubts {
  const isInLoss = (at: number): boolean =>
    faults.some(({ lost }) => lost && lost.from <= at && at <= lost.to);

  const lostClients = new Set<string>();
  const lostPages = new Set<string>();
  const lostGrants = new Set<string>();
  const open = new Map<string, number>();
  const ended = new Set<string>();
  for (const { got, used, endedAt, status, isRight } of entries) {
    const grant = grantOf(got);
    if (isInLoss(endedAt)) {
      if (got.client_id !== undefined && grant === undefined) lostClients.add(got.client_id);
      if (got.page !== undefined) lostPages.add(got.page);
      if (grant !== undefined) lostGrants.add(grant);
    }
    const value = used.code ?? used.refresh_token;
    if (!isRight || value === undefined) continue;
    const isOpen = status === 503 || status === 0;
    if (isOpen && !open.has(value)) open.set(value, endedAt);
    const isRefused = status === 400 || status === 401;
    const grantUsed = grantOf(used);
    if (isRefused && grantUsed !== undefined && open.has(value)) ended.add(grantUsed);
  }
  const isGrantLost = (grant: string): boolean => lostGrants.has(grant);
  return {
    isGrantLost,
    isLost: (credentials) =>
      lostClients.has(credentials.client_id ?? '') ||
      lostPages.has(credentials.page ?? '') ||
      isGrantLost(grantOf(credentials) ?? ''),
    mayBeRedeemed: (code, before) => (open.get(code) ?? Infinity) < before,
    isGraceOver: (token, before) => (open.get(token) ?? Infinity) < before - GRACE_MS,
    mayHaveEnded: (grant) => ended.has(grant),
  };
}
