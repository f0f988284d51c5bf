/**
 * The switches of an incident that are for everybody: the moment until which every grant is over, and
 * whether anybody may register.
 *
 * They stand together, with the issuer that the store belongs to, and are read together now and then.
 *
 * @module
 */

/** How the switches stand. */
export interface Switches {
  /** Every grant until then is over, whosever it is: the store's milliseconds, 0 where there never was one. */
  readonly revoked_before: number;
  /** Absent while registration is what the configuration says. */
  readonly registration_closed?: ClosedRegistration;
}

/** That nobody may register, since when and why. */
export interface ClosedRegistration {
  /** In the store's milliseconds. */
  readonly since: number;
  /** In the operator's words. */
  readonly reason?: string;
}

/** What operators have shut for everybody, on all instances. */
export interface SwitchStore {
  /** All of it as it is now. */
  read(): Promise<Switches>;
  /**
   * Moves the moment on until which all is over. It never goes back, and never beyond this moment: what
   * is still to be granted cannot be ended.
   *
   * @returns Where it is now.
   */
  raise(before: number): Promise<number>;
  /**
   * Closes registration until it is opened. One that is closed already stays so since when it was; its
   * reason changes where there is a new one.
   *
   * @returns Whether it was open before.
   */
  closeRegistration(reason?: string): Promise<boolean>;
  /** @returns Whether it was closed. */
  openRegistration(): Promise<boolean>;
}
