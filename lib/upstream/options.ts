/**
 * What a login at an identity provider is made of.
 *
 * @module
 */
import type { Scope } from '../protocol/scope.ts';
import type { UpstreamPersonView } from './port.ts';

type MaybePromise<Value> = Value | Promise<Value>;

/** How this server proves to the provider who it is (RFC 6749 §2.3.1). */
export type UpstreamClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

/** What every kind of upstream login takes. */
export interface UpstreamLoginOptions {
  /** As registered with the provider. */
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /**
   * People whose `login_hint` ends in one of these domains log in here without being asked where.
   * @default []
   */
  readonly domains?: readonly string[];
  /**
   * Parameters to add to each request for authorization, such as `{ access_type: 'offline' }`. They
   * cannot name what the protocol itself uses; `prompt` can be `consent`, `select_account` or both.
   * @default {}
   */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** Whether this person may log in at all; asked after each login. A throw is answered with 503. */
  readonly allow?: (person: UpstreamPersonView) => MaybePromise<boolean>;
  /** The most this person may grant, in scopes of this server; nothing when there is no limit. */
  readonly scopesOf?: (
    person: UpstreamPersonView,
  ) => MaybePromise<readonly Scope[] | null | undefined>;
  /** Asked at each refresh, with the provider's `sub`: `false` revokes the grant; a throw is answered with 503. */
  readonly active?: (sub: string) => MaybePromise<boolean>;
}

/** What {@link oidcLogin} takes. Only `issuer` and `clientId` are needed. */
export interface OidcLoginOptions extends UpstreamLoginOptions {
  /** As the provider writes it, byte for byte: https, or http on a loopback host. */
  readonly issuer: string;
  /**
   * Begins the subject of everybody who logs in here: it must never change. Lower-case letters,
   * digits and hyphens, at most 32.
   * @default 'oidc'
   */
  readonly name?: string;
  /**
   * What people are shown.
   * @default the host of the issuer
   */
  readonly label?: string;
  /**
   * What is asked of the provider; `openid` has to be among it.
   * @default ['openid', 'profile', 'email']
   */
  readonly scopes?: readonly string[];
  /**
   * Whether the userinfo endpoint is asked for what `scopes` promise of name and email and the ID
   * token does not say.
   * @default true
   */
  readonly userinfo?: boolean;
  /** @default what the provider supports, `client_secret_post` first; `none` without a secret */
  readonly clientAuthentication?: UpstreamClientAuthentication;
}

/** Where in the answer of the userinfo endpoint something stands: the first that is there counts. */
export interface ClaimFields {
  readonly sub: readonly string[];
  readonly name?: readonly string[];
  readonly email?: readonly string[];
}

/** What {@link oauth2Login} takes. */
export interface OAuth2LoginOptions extends UpstreamLoginOptions {
  /** As in {@link OidcLoginOptions}. */
  readonly name: string;
  /** What people are shown. */
  readonly label: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly userinfoEndpoint: string;
  /** RFC 7009. Absent when the provider has none, or one of another kind. */
  readonly revocationEndpoint?: string;
  /** What `iss` must be where the provider sends it (RFC 9207); it is not looked at otherwise. */
  readonly issuer?: string;
  /** @default [] */
  readonly scopes?: readonly string[];
  /**
   * Names of members, with periods for members of members: `data.id`. Numbers become texts.
   * @default { sub: ['sub', 'id'], name: ['name'], email: ['email'] }
   */
  readonly claims?: ClaimFields;
  /**
   * Headers for the userinfo endpoint, such as the version of its API.
   * @default {}
   */
  readonly userinfoHeaders?: Readonly<Record<string, string>>;
  /**
   * Whether PKCE is used: a provider that does not know it ignores it.
   * @default true
   */
  readonly pkce?: boolean;
  /** @default 'client_secret_post'; `none` without a secret */
  readonly clientAuthentication?: UpstreamClientAuthentication;
}

/** What a test may set. openid-client has a clock of its own for the times in ID tokens. */
export interface UpstreamRuntime {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** How long one request to the provider may take, answer included; milliseconds. */
  readonly deadlineMs: number;
}

/** An answer that takes longer is none: somebody is waiting in front of a browser. */
const DEADLINE_MS = 5_000;

export const UPSTREAM_RUNTIME: UpstreamRuntime = { now: () => Date.now(), deadlineMs: DEADLINE_MS };

/** The options as they are now: what the host does to its object later changes nothing. */
export function keptOptions<Options extends UpstreamLoginOptions>(options: Options): Options {
  const { allow, scopesOf, active, ...data } = options;
  return {
    ...structuredClone(data),
    ...(allow && { allow }),
    ...(scopesOf && { scopesOf }),
    ...(active && { active }),
  } as Options;
}
