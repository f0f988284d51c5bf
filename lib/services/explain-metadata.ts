/**
 * What would become of client metadata, were they registered here, or published as a document. Nothing
 * is kept, and the host is not asked: its `onRegister` may do more than answer.
 *
 * @module
 */
import { SILENT } from '../operations/logger.ts';
import { isDocumentHostAllowed, type DocumentHosts } from '../policy/document-hosts.ts';
import { explainScopes } from '../policy/explain.ts';
import type { RegistrationPolicy } from '../policy/registration.ts';
import type { ScopePolicy } from '../policy/scope-policy.ts';
import type { ScopeExplanation } from '../policy/scope-reasons.ts';
import { isClientIdUrl } from '../protocol/client-id-url.ts';
import { wireMetadata, type WireMetadata } from '../protocol/client.ts';
import { parseClientMetadata } from '../protocol/client-metadata.ts';
import { OAuthError, type OAuthErrorCode } from '../protocol/errors.ts';
import { scopesOf, type ClientScopes } from './client-view.ts';
import { decideRegistration } from './decide-registration.ts';
import { readDocument } from './read-document.ts';
import type { RegistrationMode } from './registration-access.ts';
import { withPolicy, type ClientOrigin, type KnownClient } from './resolve-client.ts';

export interface ExplainMetadataDeps {
  readonly registrationPolicy: RegistrationPolicy;
  readonly scopePolicy: ScopePolicy;
  readonly registration: RegistrationMode;
  /** Whose documents count; absent where none does. */
  readonly documentHosts?: DocumentHosts | undefined;
}

/** - `accepted`: this is what would count. - `refused`: this would be answered, and nothing kept. */
export type MetadataExplanation =
  | (ClientScopes & {
      readonly outcome: 'accepted';
      readonly origin: ClientOrigin;
      /** As it would be kept, spelled as on the wire, without `scope`. */
      readonly metadata: WireMetadata;
      /** Redirect URIs that were sent and would not be kept. */
      readonly droppedRedirectUris: readonly string[];
      readonly scopes: readonly ScopeExplanation[];
    })
  | {
      readonly outcome: 'refused';
      readonly error: OAuthErrorCode;
      /** The description that the client would get. */
      readonly reason: string;
      /** Of the scopes that were sent, as far as they could be read and something can be said. */
      readonly scopes: readonly ScopeExplanation[];
    };

/** The id of one that has not got any. */
const NO_CLIENT = '00000000-0000-4000-8000-000000000000';

const silent = (): void => undefined;
/**
 * @param body - The metadata, whatever it is. With a `client_id` that is an address, it is a document.
 * @param scopes - Any texts. Absent: every scope there is, and those that were sent.
 */
export async function explainMetadata(
  deps: ExplainMetadataDeps,
  body: unknown,
  scopes?: readonly string[],
): Promise<MetadataExplanation> {
  try {
    const trial = withPolicy(deps.scopePolicy, await decided(deps, body));
    const { redirect_uris } = trial.metadata;
    return {
      outcome: 'accepted',
      origin: trial.origin,
      metadata: wireMetadata(trial.metadata, undefined),
      droppedRedirectUris: parseClientMetadata(body).redirect_uris.filter(
        (uri) => !redirect_uris.includes(uri),
      ),
      ...scopesOf(trial),
      scopes: explainScopes(deps.scopePolicy, trial, scopes),
    };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    const { code, description } = error;
    const explained = await explainRefused(deps, body, scopes);
    return { outcome: 'refused', error: code, reason: description, scopes: explained };
  }
}

/** @throws {OAuthError} As a registration would, or the use of the document. */
async function decided(deps: ExplainMetadataDeps, body: unknown): Promise<KnownClient> {
  const { registrationPolicy, scopePolicy, documentHosts } = deps;
  const trying = { registrationPolicy, scopePolicy, logger: SILENT, emit: silent };
  const { client_id } = Object(body) as { client_id?: unknown };
  if (typeof client_id === 'string' && isClientIdUrl(client_id)) {
    requireDocumentHost(client_id, documentHosts);
    return readDocument(trying, client_id, body);
  }
  if (deps.registration === 'off') {
    throw new OAuthError('access_denied', 'this server takes no registrations');
  }
  const context = { kind: 'registration', client_id: NO_CLIENT } as const;
  const { metadata, requested } = await decideRegistration(trying, body, context);
  return {
    ...{ client_id: NO_CLIENT, origin: 'registered', metadata, secretDigests: [] },
    ...(requested && { requested }),
  };
}

function requireDocumentHost(client_id: string, hosts: DocumentHosts | undefined): void {
  const isAllowed = hosts !== undefined && isDocumentHostAllowed(client_id, hosts);
  if (isAllowed) return;
  throw new OAuthError(
    'invalid_client',
    hosts
      ? 'the host of the document is not one of those that count here'
      : 'client metadata documents do not count here',
  );
}

/** Were its scopes left out and not refused, all the rest may be fine: then they can be explained. */
async function explainRefused(
  deps: ExplainMetadataDeps,
  body: unknown,
  scopes?: readonly string[],
): Promise<readonly ScopeExplanation[]> {
  const { scopePolicy } = deps;
  try {
    const lenient = { ...deps, scopePolicy: { ...scopePolicy, unsupported: 'drop' as const } };
    const trial = withPolicy(scopePolicy, await decided(lenient, body));
    return explainScopes(scopePolicy, trial, scopes ?? parseClientMetadata(body).scope ?? []);
  } catch (error) {
    if (error instanceof OAuthError) return [];
    throw error;
  }
}
