/**
 * Consents that are remembered, so that nobody is asked the same twice.
 *
 * @module
 */

/** What a person has allowed a client before, for one place where answers go and one API. */
export interface RememberedConsent {
  /** SHA-256 of redirect URI and resources, base64url. */
  readonly target: string;
  /** Space-delimited. */
  readonly scope: string;
  /** SHA-256 of what the client said of itself on the page, base64url. */
  readonly shown: string;
  /**
   * When the oldest of it was allowed, in the store's milliseconds; absent: now. Its lifetime counts
   * from then.
   */
  readonly since?: number;
}

/** One that was found, with what the store adds. */
export interface KeptConsent extends Omit<RememberedConsent, 'since'> {
  /** When the oldest of it was; absent where it was remembered before that was written down. */
  readonly remembered_at?: number;
}

/**
 * Remembered consents, by person and client. Both stand there as SHA-256 digests in base64url, so
 * that nobody's name is part of a key.
 */
export interface ConsentStore {
  /** Those that are alive and not forgotten, at most one for each target. */
  find(subjectDigest: string, clientDigest: string): Promise<readonly KeptConsent[]>;
  /** Remembers a consent, in the place of an earlier one with the same target. */
  remember(
    subjectDigest: string,
    clientDigest: string,
    consent: RememberedConsent,
    ttlMs: number,
  ): Promise<void>;
  /** Forgets all that the person has allowed the client. */
  forget(subjectDigest: string, clientDigest: string): Promise<void>;
  /**
   * Forgets all that the person has allowed any client until this moment, however many there are.
   *
   * @param ttlMs - As long as a consent of before can live.
   */
  forgetAll(subjectDigest: string, ttlMs: number): Promise<void>;
}
