/**
 * The host's word in a registration.
 *
 * @module
 */
import { ArgumentError } from '../diagnostics/argument-error.ts';
import { frozenCopy } from '../protocol/frozen-copy.ts';
import type { WireMetadata } from '../protocol/client.ts';
import { OAuthError } from '../protocol/errors.ts';
import { within } from '../timing/within.ts';
import { registrationRefusal } from './registration-refused-error.ts';

/** A client registers, changes its registration, or is known by the document at its `client_id`. */
export type RegistrationKind = 'registration' | 'update' | 'metadata_document';

/** What the host may want to know beside the metadata; `kind` says what there is. */
export type RegistrationContext =
  | {
      readonly kind: Exclude<RegistrationKind, 'metadata_document'>;
      /** The id that the client has, or is about to get. */
      readonly client_id: string;
      /**
       * The network that asks: an IPv4 address, or the /64 of an IPv6 one. Absent for those that no
       * limit counts, and where nobody can tell.
       */
      readonly network?: string | undefined;
    }
  | {
      /** No network: the answer is remembered for everybody, and who asked first is anybody. */
      readonly kind: 'metadata_document';
      /** The address of the document. */
      readonly client_id: string;
    };

/**
 * Asked about each registration that the server would take, and about each update and each client ID
 * metadata document.
 *
 * @param metadata - As this server would keep it, spelled as on the wire. `scope` is what was asked for.
 * @returns Nothing, to leave it as it is; or other metadata to be kept in its place, all of it.
 * @throws RegistrationRefusedError, to refuse. Anything else that is thrown is a failure: 503.
 */
export type OnRegister = (
  metadata: WireMetadata,
  context: RegistrationContext,
  // A hook that only looks returns nothing.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- the type of a function that has no `return`
) => WireMetadata | undefined | void | Promise<WireMetadata | undefined | void>;

/** Longer, and a client would not wait for the answer either. */
const DEADLINE_MS = 10_000;

/**
 * @returns What the host wants to be kept; `undefined` when it has nothing to say.
 * @throws {OAuthError} Its refusal, or `temporarily_unavailable` when it failed or took too long.
 */
export async function askHost(
  onRegister: OnRegister,
  metadata: WireMetadata,
  context: RegistrationContext,
): Promise<object | undefined> {
  try {
    // A change made in place would look as if it counted: only what is returned does.
    const asked = (async () => onRegister(frozenCopy(metadata), frozenCopy(context)))();
    const amended: unknown = await within(asked, DEADLINE_MS);
    if (amended === undefined || amended === null) return undefined;
    if (typeof amended === 'object' && !Array.isArray(amended)) return amended;
  } catch (thrown) {
    throw registrationRefusal(thrown) ?? hookFailed(thrown);
  }
  throw hookFailed(
    new ArgumentError('onRegister must return client metadata, or nothing', 'ERR_DCR_HOST_RESULT'),
  );
}

/** Whose fault it is, is for the log: the client has done nothing wrong, and may come again. */
export function hookFailed(cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', 'registration is not available at the moment', {
    cause: new Error('onRegister failed', { cause }),
  });
}
