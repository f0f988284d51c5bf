import type { TestAppOptions } from '../../support/app.ts';
import {
  createPkce,
  obtainCode,
  obtainTokens,
  redemption,
  refreshRequest,
  registeredClientId,
  tokenRequest,
  type Form,
  type Pkce,
  type Query,
  type Tokens,
} from '../../support/flow.ts';
import { createWatchedApp, type WatchedApp } from './watched-app.ts';

export interface Issued extends WatchedApp {
  readonly id: string;
  readonly pkce: Pkce;
  readonly code: string;
  readonly grantId: string;
  /** The form that redeems the code. */
  readonly form: Form;
}

export interface IssuedOptions extends TestAppOptions {
  readonly metadata?: object;
  readonly query?: Query;
}

/** A code that alice approved and nobody has used yet. */
export async function issueCode(given: IssuedOptions = {}): Promise<Issued> {
  const { metadata = {}, query = {}, ...options } = given;
  const made = createWatchedApp(options);
  const id = await registeredClientId(made.app, metadata);
  const pkce = createPkce();
  const code = await obtainCode(made.app, id, pkce, query);
  made.store.forget();
  const grantId = code.split('.')[0] ?? '';
  const { redirect_uri } = query;
  const more = typeof redirect_uri === 'string' ? { redirect_uri } : {};
  return { ...made, id, pkce, code, grantId, form: redemption(id, code, pkce, more) };
}

export interface Granted extends WatchedApp {
  readonly id: string;
  readonly tokens: Tokens;
  readonly refreshToken: string;
  readonly grantId: string;
  refresh(token: string, more?: Form): ReturnType<typeof refreshRequest>;
  /** Refreshes and takes the next refresh token; throws when there is none. */
  rotate(token: string): Promise<string>;
}

/** Tokens that can be refreshed. */
export async function grantTokens(given: IssuedOptions = {}): Promise<Granted> {
  const { metadata = {}, query = {}, ...options } = given;
  const made = createWatchedApp(options);
  const scope =
    typeof query['scope'] === 'string' ? query['scope'] : 'openid profile offline_access';
  const tokens = await obtainTokens(made.app, scope, metadata);
  made.store.forget();
  const { client_id: id, refresh_token: refreshToken = '' } = tokens;
  const refresh: Granted['refresh'] = (token, more) => refreshRequest(made.app, id, token, more);
  return {
    ...made,
    id,
    tokens,
    refreshToken,
    grantId: refreshToken.split('.')[0] ?? '',
    refresh,
    async rotate(token) {
      const { status, body } = await refresh(token);
      const next = (body as { refresh_token?: string }).refresh_token;
      if (status !== 200 || next === undefined) throw new Error(`not rotated: ${String(status)}`);
      return next;
    },
  };
}

/** Whether a code can still be redeemed, which uses it up. */
export async function isRedeemable({ app, form }: Issued): Promise<boolean> {
  return (await tokenRequest(app, form)).status === 200;
}
