/** Parts of token requests: what they say for the one who sends them, and whether that is right. */
import type { Pkce } from '../support/flow.ts';

/** What is asked for at every login. */
export const SCOPE = 'openid offline_access profile';

export interface Client {
  readonly client_id: string;
  /** Absent for a public client. */
  readonly client_secret?: string;
}

/** A client with a code, and what it has by now. */
export interface Holder extends Client, Pkce {
  readonly redirect_uri: string;
  readonly code: string;
  /** Another client of the same kind. */
  readonly other: Client;
  isRedeemed: boolean;
  refresh_token: string | undefined;
}

export type Pairs = readonly (readonly [name: string, value: string])[];

export interface Attempt {
  readonly pairs: Pairs;
  readonly header?: string | undefined;
  /** Whether it is to be answered with tokens. */
  readonly fits: boolean;
}

export type Part = (holder: Holder) => Attempt;

const part =
  (fits: boolean) =>
  (pairs: (holder: Holder) => Pairs, header?: (holder: Holder) => string | undefined): Part =>
  (holder) => ({ fits, pairs: pairs(holder), header: header?.(holder) });
export const right = part(true);
export const wrong = part(false);

export const nothing = (): Pairs => [];
export const one =
  (name: string, valueOf: (holder: Holder) => string) =>
  (holder: Holder): Pairs => [[name, valueOf(holder)]];
export const twice =
  (name: string, valueOf: (holder: Holder) => string) =>
  (holder: Holder): Pairs =>
    [valueOf(holder), valueOf(holder)].map((value) => [name, value] as const);

/** What a part of a request may be, and what it may not be. */
export interface Choice {
  readonly rights: readonly Part[];
  readonly wrongs: readonly Part[];
}

export const oneOf = (rights: readonly Part[], wrongs: readonly Part[]): Choice => ({
  rights,
  wrongs,
});
