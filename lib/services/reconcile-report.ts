/**
 * What a reconciliation came to, as a whole.
 *
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import type { ReconciledPage } from './reconcile-clients.ts';

/** How many clients get a scope that they did not have by their notes, and how many lose it. */
export interface ScopeCounts {
  readonly scope: Scope;
  readonly added: number;
  readonly removed: number;
}

/** What a change of the policy means for the clients that are registered. */
export interface ReconcileReport {
  /** How many clients were looked at. */
  readonly examined: number;
  /** Of those, the ones whose scopes are other ones. */
  readonly changed: number;
  /** The ones with the same scopes, for other reasons or in another order. */
  readonly refreshed: number;
  /** The ones that changed whenever they were looked at, and were left alone. */
  readonly contested: number;
  /** By scope, those that concern most clients first. */
  readonly scopes: readonly ScopeCounts[];
}

/** Adds pages up to a report. */
export class ReconcileTally {
  readonly #counts = { examined: 0, changed: 0, refreshed: 0, contested: 0 };
  readonly #scopes = new Map<Scope, { added: number; removed: number }>();

  add({ examined, clients }: ReconciledPage): void {
    this.#counts.examined += examined;
    for (const { outcome, added, removed } of clients) {
      if (outcome === 'contested') this.#counts.contested += 1;
      else if (added.length + removed.length === 0) this.#counts.refreshed += 1;
      else this.#counts.changed += 1;
      if (outcome === 'contested') continue;
      for (const { scope } of added) this.#of(scope).added += 1;
      for (const { scope } of removed) this.#of(scope).removed += 1;
    }
  }

  report(): ReconcileReport {
    const scopes = Array.from(this.#scopes, ([scope, counts]) => ({ scope, ...counts }));
    const weight = ({ added, removed }: ScopeCounts): number => added + removed;
    return {
      ...this.#counts,
      scopes: scopes.sort((one, other) => weight(other) - weight(one)),
    };
  }

  #of(scope: Scope): { added: number; removed: number } {
    const known = this.#scopes.get(scope);
    if (known) return known;
    const fresh = { added: 0, removed: 0 };
    this.#scopes.set(scope, fresh);
    return fresh;
  }
}
