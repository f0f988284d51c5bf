/**
 * Reading the members of client metadata: types and syntax. `null` and `""` count as not sent.
 *
 * @module
 */
import { OAuthError } from './errors.ts';
import { isUriText } from './uri.ts';
import { parseUrl } from './parse-url.ts';

export const MAX_URI_LENGTH = 2048;

/** Finds a member by its name. */
export type Member = (name: string) => unknown;

/** Only own members, so that one named `__proto__` or `skip_consent` goes nowhere. */
export function membersOf(body: object): Member {
  return (name) => {
    const value: unknown = Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
    return value === null || value === '' ? undefined : value;
  };
}

export function text(member: Member, name: string): string | undefined {
  const value = member(name);
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`${nameOf(name)} must be a string`);
}

export function flag(member: Member, name: string): boolean | undefined {
  const value = member(name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw invalid(`${name} must be true or false`);
}

/** Each item once; `undefined` for an empty list. */
export function textList(member: Member, name: string): readonly string[] | undefined {
  const value = member(name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(`${name} must be a list of strings`);
  }
  return value.length > 0 ? [...new Set(value)] : undefined;
}

/** An http(s) URL: anything else could run in the person's browser when it is followed. */
export function webUri(member: Member, name: string): string | undefined {
  const value = text(member, name);
  if (value === undefined || isWebUri(value)) return value;
  throw invalid(`${nameOf(name)} must be an http or https URL`);
}

export function isWebUri(value: string): boolean {
  const isText = value.length <= MAX_URI_LENGTH && isUriText(value);
  return isText && /^https?:\/\/[^/]/i.test(value) && parseUrl(value) !== undefined;
}

/** The members that have a value: what is absent stays absent. */
export function present<Members extends object>(members: Members): Present<Members> {
  const all = members as Readonly<Record<string, unknown>>;
  const there: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    if (all[name] !== undefined) there[name] = all[name];
  }
  return there as Present<Members>;
}

type Present<Members> = {
  readonly [Name in keyof Members as undefined extends Members[Name] ? never : Name]: Members[Name];
} & {
  readonly [Name in keyof Members as undefined extends Members[Name] ? Name : never]?: Exclude<
    Members[Name],
    undefined
  >;
};

export function invalid(description: string): OAuthError {
  return new OAuthError('invalid_client_metadata', description);
}

/** Without its language tag, which the sender chose: an error repeats nothing that was sent. */
function nameOf(name: string): string {
  return name.replace(/#.*/s, '');
}
