/**
 * Which of the clients that we know of these settings shut out, found by trying: what they send is
 * decided about as if they had sent it, and so is what would let them in.
 *
 * @module
 */
import type { EnvironmentOptions } from '../env.ts';
import { decidingOf } from '../options/environment-settings.ts';
import { ceilingOf, supportedScopes } from '../policy/scope-policy.ts';
import { OAuthError } from '../protocol/errors.ts';
import { scopesBeyond, type Scope } from '../protocol/scope.ts';
import { decideRegistration } from '../services/decide-registration.ts';
import { KNOWN_HABITS, type KnownHabit } from './known-clients.ts';
import { asTyped } from './remedies.ts';

export interface ShutOut {
  readonly clients: readonly string[];
  readonly that: string;
  /** What they are told. */
  readonly error: string;
  /** A setting that lets them in, as it is typed; absent where no single one does. */
  readonly remedy?: string;
}

interface Refusal {
  readonly error: string;
  readonly missing: readonly Scope[];
}

const SOMEWHERE = ['https://client.example.com/callback'];

/** @param options - As they are in effect, and sound. */
export async function shutOut(options: EnvironmentOptions): Promise<ShutOut[]> {
  const found: ShutOut[] = [];
  for (const habit of KNOWN_HABITS) {
    const tried = baseOf(habit, options);
    const refusal = await refusalOf(habit, tried);
    if (!refusal) continue;
    const remedy = await remedyOf(habit, tried, refusal);
    const { clients, that } = habit;
    found.push({ clients, that, error: refusal.error, ...(remedy !== undefined && { remedy }) });
  }
  return found;
}

function baseOf(habit: KnownHabit, options: EnvironmentOptions): EnvironmentOptions {
  const { redirectHosts, ...others } = options;
  const isAboutThem = habit.registers([]).redirect_uris !== undefined;
  return redirectHosts === undefined || isAboutThem ? options : others;
}

async function remedyOf(
  habit: KnownHabit,
  options: EnvironmentOptions,
  { missing }: Refusal,
): Promise<string | undefined> {
  for (const remedy of habit.remedies) {
    const setting = remedy({ options, missing });
    if ((await refusalOf(habit, setting.options)) === undefined) return asTyped(setting);
  }
  return undefined;
}

/** What becomes of them with these options; `undefined` when they are served. */
async function refusalOf(
  { registers, asks, wantsNoSecret }: KnownHabit,
  options: EnvironmentOptions,
): Promise<Refusal | undefined> {
  try {
    const { scopePolicy, registrationPolicy } = decidingOf(options);
    const body = { redirect_uris: SOMEWHERE, ...registers(scopePolicy.registrable) };
    const { metadata, registered } = await decideRegistration(
      { scopePolicy, registrationPolicy },
      body,
      { kind: 'registration', client_id: '' },
    );
    if (wantsNoSecret && metadata.token_endpoint_auth_method !== 'none') {
      return { error: 'they are given a secret', missing: [] };
    }
    if (!asks) return undefined;
    const ceiling = ceilingOf(scopePolicy, registered);
    const wanted = asks(scopePolicy.registrable);
    const asked = supportedScopes(scopePolicy, wanted, ceiling);
    const missing = scopesBeyond(asked.length > 0 ? asked : wanted, ceiling);
    if (missing.length === 0) return undefined;
    return { error: `invalid_scope: ${missing.join(' ')}`, missing };
  } catch (error) {
    if (error instanceof OAuthError) return { error: error.message, missing: [] };
    // A setting that does not go together with the others is no remedy.
    if ((Object(error) as { code?: unknown }).code !== 'ERR_DCR_CONFIGURATION') throw error;
    return { error: 'these settings do not go together', missing: [] };
  }
}
