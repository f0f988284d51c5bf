/**
 * Whether a login is recent enough, and what to ask of the login when it is not.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 * @module
 */
import type { LoginRequest, Person } from '../login/port.ts';
import type { AuthorizationRequest } from '../protocol/authorization-request.ts';

/** The wishes of a request about the login. */
type LoginWishes = Pick<AuthorizationRequest, 'prompt' | 'max_age' | 'login_hint'>;

/**
 * What to ask of the login; `undefined` when the person who is there will do.
 *
 * @param now - Milliseconds since the epoch.
 */
export function loginRequestOf(
  request: LoginWishes,
  person: Person | undefined,
  now: number,
): Omit<LoginRequest, 'return_to'> | undefined {
  const { max_age, login_hint } = request;
  const prompt = ['login' as const, 'select_account' as const].find((value) =>
    request.prompt.includes(value),
  );
  const isRecent =
    max_age === undefined ||
    (max_age > 0 && isFresh(person, { auth_time_not_before: seconds(now) - max_age }));
  if (person && prompt === undefined && isRecent) return undefined;
  return {
    ...(prompt !== undefined && { prompt }),
    ...(max_age !== undefined && { max_age }),
    ...(login_hint !== undefined && { login_hint }),
  };
}

/**
 * The earliest login that satisfies the request, in epoch seconds; `undefined` when any does.
 * After `prompt=login` it must be newer than the one there was, not only recent.
 */
export function authTimeNotBefore(
  { prompt, max_age }: LoginWishes,
  person: Person | undefined,
  now: number,
): number | undefined {
  // `max_age=0` is another way of saying `prompt=login`.
  if (prompt.includes('login') || max_age === 0)
    return Math.max(seconds(now), (person?.auth_time ?? 0) + 1);
  // Records keep no time before the epoch, and nobody logged in then.
  return max_age === undefined ? undefined : Math.max(0, seconds(now) - max_age);
}

/** Whether a person's login satisfies what was asked; a login without a time satisfies nothing. */
export function isFresh(
  person: Person | undefined,
  { auth_time_not_before }: { readonly auth_time_not_before?: number },
): boolean {
  if (auth_time_not_before === undefined) return true;
  return person?.auth_time !== undefined && person.auth_time >= auth_time_not_before;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
