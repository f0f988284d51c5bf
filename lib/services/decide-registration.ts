/**
 * What becomes of client metadata: the one decision, for registrations, updates and metadata documents.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 * @module
 */
import { applyRegistrationPolicy, type RegistrationPolicy } from '../policy/registration.ts';
import {
  licensedPolicy,
  registeredScopes,
  requestedScopes,
  type ScopePolicy,
} from '../policy/scope-policy.ts';
import { wireMetadata, type ClientMetadata } from '../protocol/client.ts';
import { parseClientMetadata } from '../protocol/client-metadata.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { RegisteredScope, Scope } from '../protocol/scope.ts';
import type { Licence } from '../storage/store.ts';
import {
  askHost,
  hookFailed,
  type OnRegister,
  type RegistrationContext,
} from './registration-hook.ts';

export interface DecideRegistrationDeps {
  readonly registrationPolicy: RegistrationPolicy;
  readonly scopePolicy: ScopePolicy;
  /** The host's word; asked last. */
  readonly onRegister?: OnRegister | undefined;
}

/** Who sent the metadata, and by what right. */
export type DecisionContext = RegistrationContext & {
  /** What an initial access token allows (RFC 7591 §3), now or when the client registered. */
  readonly licence?: Licence | undefined;
};

/** What is to be kept, and answered. */
export interface RegistrationDecision {
  readonly metadata: ClientMetadata;
  /** The scopes asked for; absent when the client asked for nothing. */
  readonly requested?: readonly Scope[];
  /** What it may ask for, by the policy of this moment, with the origin of each. */
  readonly registered: readonly RegisteredScope[];
  /** What was asked for and left out, where the operator wants that: for the log. */
  readonly dropped: {
    readonly scopes: readonly Scope[];
    readonly redirect_uris: readonly string[];
  };
}

/** What is kept of a client, as JSON; larger registrations are refused. */
const MAX_RECORD_BYTES = 8 * 1024;

/** As much of it as the members that are ours can take: ids, digests and ends. */
const OWN_BYTES = 640;

/**
 * Decides. A hook's amendments are decided like what a client sends, but for the hook itself.
 *
 * @param body - What was sent, whatever it is.
 * @throws {OAuthError} `invalid_redirect_uri`, `invalid_client_metadata`, the refusal of the host, or
 * `temporarily_unavailable` when the host could not say.
 */
export async function decideRegistration(
  deps: DecideRegistrationDeps,
  body: unknown,
  { licence = {}, ...context }: DecisionContext,
): Promise<RegistrationDecision> {
  const decision = decide(deps, body, licence, context);
  if (!deps.onRegister) return decision;
  const asked = wireMetadata(decision.metadata, decision.requested);
  const amended = await askHost(deps.onRegister, asked, context);
  if (!amended) return decision;
  return { ...decideForHost(deps, amended, licence, context), dropped: decision.dropped };
}

function decide(
  { registrationPolicy, scopePolicy }: DecideRegistrationDeps,
  body: unknown,
  licence: Licence,
  { client_id, kind }: RegistrationContext,
): RegistrationDecision {
  const sent = parseClientMetadata(body);
  const metadata = applyRegistrationPolicy(sent, registrationPolicy, licence.redirectHosts);
  const policy = licensedPolicy(scopePolicy, licence.scopes);
  const { requested, dropped } = requestedScopes(policy, sent.scope);
  const kept = new Set(metadata.redirect_uris);
  const origin = kind === 'metadata_document' ? kind : 'registered';
  const registered = registeredScopes(policy, {
    client_id,
    origin,
    metadata,
    ...(requested && { requested }),
  });
  if (bytesOf([metadata, requested, registered, licence]) + OWN_BYTES > MAX_RECORD_BYTES) {
    throw new OAuthError('invalid_client_metadata', 'the client metadata is too large to be kept');
  }
  return {
    metadata,
    ...(requested && { requested }),
    registered,
    dropped: {
      scopes: dropped,
      redirect_uris: sent.redirect_uris.filter((uri) => !kept.has(uri)),
    },
  };
}

function bytesOf(kept: unknown): number {
  return Buffer.byteLength(JSON.stringify(kept));
}

/** What the host made of it is not the client's mistake. */
function decideForHost(
  deps: DecideRegistrationDeps,
  amended: object,
  licence: Licence,
  context: RegistrationContext,
): RegistrationDecision {
  try {
    return decide(deps, amended, licence, context);
  } catch (refused) {
    throw hookFailed(refused);
  }
}
