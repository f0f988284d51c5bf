/**
 * The switches as this instance knows them: looked at now and then, and not at every request.
 *
 * @module
 */
import type { ClosedRegistration, Switches, SwitchStore } from './switch-store.ts';

export class KnownSwitches implements SwitchStore {
  readonly #store: SwitchStore;
  #revokedBefore = 0;
  #registrationClosed: ClosedRegistration | undefined;

  constructor(store: SwitchStore) {
    this.#store = store;
  }

  get revokedBefore(): number {
    return this.#revokedBefore;
  }

  get registrationClosed(): ClosedRegistration | undefined {
    return this.#registrationClosed;
  }

  /** Takes what the store said. The moment never goes back. */
  heard(stored: Switches): Switches {
    this.#revokedBefore = Math.max(this.#revokedBefore, stored.revoked_before);
    this.#registrationClosed = stored.registration_closed;
    return { ...stored, revoked_before: this.#revokedBefore };
  }

  async read(): Promise<Switches> {
    return this.heard(await this.#store.read());
  }

  async raise(before: number): Promise<number> {
    this.#revokedBefore = Math.max(this.#revokedBefore, await this.#store.raise(before));
    return this.#revokedBefore;
  }

  async closeRegistration(reason?: string): Promise<boolean> {
    const wasOpen = await this.#store.closeRegistration(reason);
    await this.#readIfPossible();
    return wasOpen;
  }

  async openRegistration(): Promise<boolean> {
    const wasClosed = await this.#store.openRegistration();
    await this.#readIfPossible();
    return wasClosed;
  }

  /** It is done, whatever is heard of it now: the next look hears it. */
  async #readIfPossible(): Promise<void> {
    await this.read().catch(() => undefined);
  }

  /** Looks again. A store that has lost the moment, in a failover or with an old backup, is told. */
  async look(): Promise<void> {
    const stored = await this.#store.read();
    if (stored.revoked_before < this.heard(stored).revoked_before) {
      await this.#store.raise(this.#revokedBefore);
    }
  }
}
