/**
 * The members of client metadata that people read, in one language or in several.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2.2
 * @module
 */
import type { DisplayMetadata } from './client.ts';
import { isBlank, isDeceptive } from './display-text.ts';
import { isPublicHost } from './host.ts';
import {
  invalid,
  isWebUri,
  membersOf,
  present,
  text,
  webUri,
  type Member,
} from './metadata-members.ts';

const MAX_NAME_LENGTH = 256;
/** More languages than any page is translated to, in all members together. */
const MAX_LOCALIZED = 50;

/** A language tag as far as it needs to be understood here (RFC 5646 §2.1). */
const LANGUAGE_TAG = /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/;

type DisplayName = Exclude<keyof DisplayMetadata, 'localized'>;

/** How each member is read; the same for every language of it. */
const READERS: Readonly<Record<DisplayName, (member: Member, name: string) => string | undefined>> =
  {
    client_name: clientName,
    client_uri: webUri,
    logo_uri: logoUri,
    tos_uri: webUri,
    policy_uri: webUri,
  };

const NAMES = Object.keys(READERS) as readonly DisplayName[];

/** @throws {OAuthError} `invalid_client_metadata`. */
export function parseDisplayMetadata(body: object): DisplayMetadata {
  const member = membersOf(body);
  return present({
    client_name: clientName(member, 'client_name'),
    client_uri: webUri(member, 'client_uri'),
    logo_uri: logoUri(member, 'logo_uri'),
    tos_uri: webUri(member, 'tos_uri'),
    policy_uri: webUri(member, 'policy_uri'),
    localized: localized(body, member),
  });
}

/** The values of one member by language tag. */
export function byLanguage(
  { localized: values = {} }: DisplayMetadata,
  name: DisplayName,
): Readonly<Record<string, string>> {
  const prefix = `${name}#`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function localized(body: object, member: Member): Readonly<Record<string, string>> | undefined {
  const withMark = Object.keys(body).filter((key) => key.includes('#'));
  if (withMark.length === 0) return undefined;
  const tagged = withMark.flatMap((key) => {
    const name = NAMES.find((known) => key.startsWith(`${known}#`));
    const isTagged = name !== undefined && LANGUAGE_TAG.test(key.slice(name.length + 1));
    // With a tag that is none it is a member that nobody knows.
    return isTagged ? [{ key, name }] : [];
  });
  if (tagged.length > MAX_LOCALIZED) {
    throw invalid(`at most ${String(MAX_LOCALIZED)} members can have a language tag`);
  }
  // Tags are compared without regard to case (RFC 5646 §2.1.1).
  const folded = new Set(tagged.map(({ key }) => key.toLowerCase()));
  if (folded.size < tagged.length) throw invalid('a member is there twice in one language');
  const values = tagged.flatMap(({ key, name }) => {
    const value = READERS[name](member, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return values.length > 0 ? Object.fromEntries(values) : undefined;
}

function clientName(member: Member, key: string): string | undefined {
  const name = text(member, key)?.trim();
  if (name === undefined || isBlank(name)) return undefined;
  // Counted as a person would: an emoji is one character.
  if (Array.from(name).length > MAX_NAME_LENGTH) {
    throw invalid(`client_name is longer than ${String(MAX_NAME_LENGTH)} characters`);
  }
  if (isDeceptive(name)) {
    throw invalid('client_name has control, bidirectional or invisible characters');
  }
  return name;
}

/** A logo that a page could not load safely is left out rather than refused: nobody needs it. */
function logoUri(member: Member, key: string): string | undefined {
  const value = text(member, key);
  if (value === undefined || !isWebUri(value)) return undefined;
  const url = new URL(value);
  return url.protocol === 'https:' && isPublicHost(url.hostname) ? value : undefined;
}
