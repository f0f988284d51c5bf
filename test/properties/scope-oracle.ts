/**
 * The rules for scopes told a second time, from their description and without what is tested: what
 * a client has, what it may ask for, what of it counts, and when it stays connected.
 */
import type { ScopeSettings } from '../../lib/policy/scope-settings.ts';

/** Settings for every client, all said; no supported scopes are not the defaults here. */
export type Settings = Required<Omit<ScopeSettings, 'baselineRules' | 'reconcile'>>;

/** What a client sent as its `scope` when it registered; `undefined` when it sent none. */
export type Wish = readonly string[] | undefined;

/** Whether an entry of the restricted scopes means a scope. */
export function isUnder(entry: string, scope: string): boolean {
  const star = entry.indexOf('*');
  return star === -1 ? entry === scope : scope.slice(0, star) === entry.slice(0, star);
}

/** Lists one after the other, each scope at its first place. */
export function joined(...lists: readonly (readonly string[])[]): string[] {
  const scopes: string[] = [];
  for (const list of lists)
    for (const scope of list) if (!scopes.includes(scope)) scopes.push(scope);
  return scopes;
}

/** What any client can register. */
export function registrableBy({
  scopesSupported,
  restrictedScopes,
}: Pick<Settings, 'scopesSupported' | 'restrictedScopes'>): string[] {
  return scopesSupported.filter(
    (scope) => !restrictedScopes.some((entry) => isUnder(entry, scope)),
  );
}

/** What is kept of a wish that was taken: all of it, but for one of nothing that there is. */
export function keptBy(settings: Settings, wish: Wish): Wish {
  const registrable = registrableBy(settings);
  return wish?.some((scope) => registrable.includes(scope)) === true ? wish : undefined;
}

/** What a client wants, and asks for when it names no scope. */
export function ownBy(settings: Settings, wish: Wish): string[] {
  const registrable = registrableBy(settings);
  if (wish) return wish.filter((scope) => registrable.includes(scope));
  const { defaultClientScopes: chosen } = settings;
  return chosen.length > 0 ? [...chosen] : registrable;
}

/** What a client has. */
export function registeredBy(settings: Settings, wish: Wish): string[] {
  return joined(ownBy(settings, wish), settings.baselineClientScopes);
}

/** What a client may ask for. */
export function ceilingBy(settings: Settings, wish: Wish): string[] {
  const more = settings.scopeCeiling === 'supported' ? registrableBy(settings) : [];
  return joined(registeredBy(settings, wish), more);
}

/** What counts of the scopes that are asked for by who has, or may have, those that are known. */
export function countedBy(
  settings: Settings,
  asked: readonly string[],
  known: readonly string[],
): string[] {
  const there = [...registrableBy(settings), ...known];
  return asked.filter((scope) => settings.unsupportedScopes === 'reject' || there.includes(scope));
}

/** What decides about a refresh token beside the rule. */
export interface Approval {
  readonly settings: Settings;
  readonly granted: readonly string[];
  /** What the person may give; `undefined` for anything. */
  readonly givable: readonly string[] | undefined;
  /** Whether the client registered the grant. */
  readonly hasGrantType: boolean;
}

/** Whether an approval lasts. */
export function lasts(
  { settings, granted, givable, hasGrantType }: Approval,
  rule: 'offline_access' | 'grant_type',
): boolean {
  const scope = 'offline_access';
  if (!hasGrantType) return false;
  if (granted.includes(scope)) return true;
  if (rule === 'offline_access') return false;
  if (!settings.scopesSupported.includes(scope)) return true;
  // There is such a scope: then who does not give it, operator or person, does not give this either.
  const isKept = !registrableBy(settings).includes(scope);
  return !isKept && (givable === undefined || givable.includes(scope));
}
