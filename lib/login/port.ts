/**
 * The login port: how this server learns who the person is. It keeps no passwords; the host, or an
 * identity provider, does the login.
 *
 * @module
 */
import type { Request } from 'express';
import type { Scope } from '../protocol/scope.ts';

/** The person at the browser. */
export interface Person {
  /** Stable and never given to somebody else; becomes the `sub` of the tokens. */
  readonly sub: string;
  /** How the consent page addresses the person. */
  readonly name?: string;
  readonly email?: string;
  /** When the person last proved who they are; epoch seconds. Needed for `prompt=login` and `max_age`. */
  readonly auth_time?: number;
  /** How they did (RFC 8176). */
  readonly amr?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The most this person may grant; absent when there is no limit. */
  readonly scopes?: readonly Scope[];
}

/** What a login is asked to do. */
export interface LoginRequest {
  /** Where to send the browser afterwards: a path on this origin, made by us. */
  readonly return_to: string;
  /** `login`: ask for the credentials again. `select_account`: let the person choose who they are. */
  readonly prompt?: 'login' | 'select_account';
  /** How long ago the last login may be; seconds. */
  readonly max_age?: number;
  /** Who the client believes the person is. */
  readonly login_hint?: string;
}

/** The grant that a token is made for, as the host may see it. */
export interface GrantView {
  readonly grantId: string;
  readonly clientId: string;
  readonly sub: string;
  readonly scopes: readonly Scope[];
  readonly resource: string;
}

/** What the server needs of a login. */
export interface LoginPort {
  /** Who is at the browser; `undefined` when nobody is logged in. */
  person(req: Request): Promise<Person | undefined>;
  /** Where the browser goes to log in: a path on this origin. */
  loginUrl(request: LoginRequest): string;
  /** Whether the person may still use what they granted. A throw means: cannot say now. */
  isActive?(sub: string): Promise<boolean>;
  /** Claims to add to an access token. */
  accessTokenClaims?(grant: GrantView): Promise<Readonly<Record<string, unknown>>>;
}
