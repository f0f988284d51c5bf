/**
 * From a client ID metadata document to a client: the same decision as for a registration, with what
 * is different about documents.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02#section-4
 * @module
 */
import { noteChange } from '../policy/reconcile.ts';
import { registrableAuthMethods } from '../policy/registration.ts';
import { invalid, membersOf, text, textList, type Member } from '../protocol/metadata-members.ts';
import { decideRegistration, type DecideRegistrationDeps } from './decide-registration.ts';
import { tellDecision, type TellDecisionDeps } from './tell-decision.ts';
import { withPolicy, type KnownClient } from './resolve-client.ts';

export type ReadDocumentDeps = DecideRegistrationDeps & TellDecisionDeps;

/** Nobody can share a secret by publishing it. */
function needsSharedSecret(method: string): boolean {
  return method.startsWith('client_secret_');
}

/**
 * What comes of it is remembered for everybody, so nothing of whoever asked goes into it.
 *
 * @param document - What stands at the `client_id`, whatever it is.
 * @param before - The client, as the document said before; absent where nobody remembers.
 * @throws {OAuthError} As a registration of it would; and `temporarily_unavailable` when the host
 * could not say.
 */
export async function readDocument(
  deps: ReadDocumentDeps,
  client_id: string,
  document: unknown,
  before?: KnownClient,
): Promise<KnownClient> {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalid('the client metadata must be a JSON object');
  }
  const member = membersOf(document);
  // As the texts they are (RFC 3986 §6.2.1).
  if (member('client_id') !== client_id) {
    throw invalid('client_id must be the address of the document');
  }
  requireNoSecret(member);
  const body = { ...document, token_endpoint_auth_method: authMethod(deps, member) };
  const context = { kind: 'metadata_document', client_id } as const;
  const decision = await decideRegistration(deps, body, context);
  const { metadata, requested } = decision;
  // What the operator demands, or the host's word, may have made it a client with a secret.
  if (needsSharedSecret(metadata.token_endpoint_auth_method)) throw noSecret();
  // It is read again and again: what is as it was would be told and counted each time.
  const known = before && withPolicy(deps.scopePolicy, before).registered;
  const isNews = !known || noteChange(known, decision.registered) !== undefined;
  tellDecision(deps, { client_id, isNews }, decision);
  return {
    client_id,
    origin: 'metadata_document',
    metadata,
    secretDigests: [],
    ...(requested && { requested }),
  };
}

function requireNoSecret(member: Member): void {
  const names = ['client_secret', 'client_secret_expires_at'];
  if (names.some((name) => member(name) !== undefined)) throw noSecret();
}

function noSecret(): Error {
  return invalid('a client that is known by its metadata document cannot have a secret');
}

/**
 * A document speaks to every server: `token_endpoint_auth_method` is what the client would have, and
 * `token_endpoint_auth_methods_supported` what it can do with beside. The first that works here counts.
 *
 * @see https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html
 */
function authMethod({ registrationPolicy }: ReadDocumentDeps, member: Member): string {
  const preferred = text(member, 'token_endpoint_auth_method');
  const others = textList(member, 'token_endpoint_auth_methods_supported') ?? [];
  if (preferred !== undefined && needsSharedSecret(preferred)) throw noSecret();
  const hasKeys = member('jwks') !== undefined || member('jwks_uri') !== undefined;
  const possible = registrableAuthMethods(registrationPolicy).filter(
    (method) => !needsSharedSecret(method) && (method === 'none' || hasKeys),
  );
  const wanted = preferred === undefined ? others : [preferred, ...others];
  if (wanted.length === 0) return 'none';
  const method = wanted.find((one) => possible.some((known) => known === one));
  if (method !== undefined) return method;
  throw invalid(`token_endpoint_auth_method must be ${possible.join(' or ')}`);
}
