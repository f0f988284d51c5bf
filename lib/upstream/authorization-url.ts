/**
 * Where the browser goes to log in.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 * @module
 */
import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
} from 'openid-client';
import { formatScope } from '../protocol/scope.ts';
import { promptOf } from './authorization-parameters.ts';
import type { UpstreamRequest } from './port.ts';

/** What a login adds to each of its requests. */
export interface AuthorizationSettings {
  readonly scopes: readonly string[];
  readonly authorizationParameters: Readonly<Record<string, string>>;
  readonly nonce: boolean;
  readonly pkce: boolean;
}

/** The address of the provider's authorization endpoint with everything that is asked of it. */
export async function authorizationUrl(
  config: Configuration,
  settings: AuthorizationSettings,
  request: UpstreamRequest,
): Promise<URL> {
  const { redirect_uri, state, nonce, code_verifier, login_hint, ui_locales } = request;
  const { prompt: alwaysPrompt, ...always } = settings.authorizationParameters;
  const parameters = {
    ...always,
    redirect_uri,
    scope: settings.scopes.length > 0 ? formatScope(settings.scopes) : undefined,
    state,
    nonce: settings.nonce ? nonce : undefined,
    ...(settings.pkce && {
      code_challenge: await calculatePKCECodeChallenge(code_verifier),
      code_challenge_method: 'S256',
    }),
    prompt: promptOf(request.prompt, alwaysPrompt),
    max_age: maxAgeOf(request),
    login_hint,
    ui_locales,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return buildAuthorizationUrl(config, new URLSearchParams(given as [string, string][]));
}

/** A provider has to say when somebody logged in only where `max_age` was asked for (OIDC Core §2). */
function maxAgeOf({ max_age, prompt }: UpstreamRequest): string | undefined {
  if (max_age !== undefined) return String(max_age);
  return prompt === 'login' ? '0' : undefined;
}
