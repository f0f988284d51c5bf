/**
 * A client as the scope policy looks at it.
 */
import type { BaselineClient } from '../../lib/policy/baseline-rules.ts';
import type { ClientMetadata } from '../../lib/protocol/client.ts';

const METADATA: ClientMetadata = {
  redirect_uris: ['http://localhost:3000/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
};

/** One that registered, and asks for these scopes, or for nothing. */
export function asking(
  requested: readonly string[] | undefined,
  metadata: Partial<ClientMetadata> = {},
): BaselineClient {
  return {
    client_id: '0f0e0d0c-0b0a-4909-8807-060504030201',
    origin: 'registered',
    metadata: { ...METADATA, ...metadata },
    ...(requested && { requested }),
  };
}

/** One that is known by the document at its address. */
export function documented(
  client_id: string,
  metadata: Partial<ClientMetadata> = {},
): BaselineClient {
  return { ...asking(undefined, metadata), client_id, origin: 'metadata_document' };
}
