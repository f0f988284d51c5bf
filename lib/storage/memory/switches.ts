/**
 * The switches in memory.
 *
 * @module
 */
import { frozenCopy } from '../../protocol/frozen-copy.ts';
import type { ClosedRegistration, Switches, SwitchStore } from '../store.ts';

export class MemorySwitches implements SwitchStore {
  readonly #now: () => number;
  #epoch = 0;
  #closed: ClosedRegistration | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  async read(): Promise<Switches> {
    return {
      revoked_before: this.#epoch,
      ...(this.#closed && { registration_closed: this.#closed }),
    };
  }

  async raise(before: number): Promise<number> {
    this.#epoch = Math.max(this.#epoch, Math.min(before, this.#now()));
    return this.#epoch;
  }

  async closeRegistration(given?: string): Promise<boolean> {
    const wasOpen = this.#closed === undefined;
    const { since = this.#now(), reason: old } = this.#closed ?? {};
    const reason = given ?? old;
    this.#closed = frozenCopy({ since, ...(reason !== undefined && { reason }) });
    return wasOpen;
  }

  async openRegistration(): Promise<boolean> {
    const wasClosed = this.#closed !== undefined;
    this.#closed = undefined;
    return wasClosed;
  }
}
