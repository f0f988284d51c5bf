/**
 * The variables about clients: who may register, with what, and which ones need not.
 *
 * @module
 */
import { parseBoolean, parseList, parseJsonList, text } from './values.ts';
import type { OptionVariable } from './variable.ts';

export const CLIENT_VARIABLES: readonly OptionVariable[] = [
  {
    name: 'DCR_REGISTRATION',
    option: 'registration',
    read: text,
    words: ['open', 'token', 'off'],
    meaning: '[Who may register](operators.md#who-may-register)',
  },
  {
    name: 'DCR_INITIAL_ACCESS_TOKENS',
    option: 'initialAccessTokens',
    read: parseList,
    hasFileTwin: true,
    meaning:
      'What opens registration when it is `token`, beside [minted ones](operators.md#initial-access-tokens); one, or several. Refused while registration is `open`',
    otherwise: 'none; required with `token` without Redis',
  },
  {
    name: 'DCR_CONFIDENTIAL_CLIENTS',
    option: 'confidentialClients',
    read: parseBoolean,
    meaning: 'Whether clients may register [with a secret](operators.md#confidential-clients)',
  },
  {
    name: 'DCR_FORCE_CONFIDENTIAL_REDIRECT_URIS',
    option: 'forceConfidentialRedirectUris',
    read: parseList,
    meaning:
      'A client with one of these redirect URIs gets a secret whatever it asked for. Compared as they are',
  },
  {
    name: 'DCR_INVALID_REDIRECT_URIS',
    option: 'invalidRedirectUris',
    read: text,
    words: ['reject', 'drop'],
    meaning:
      'What becomes of a registration in which some redirect URIs are not acceptable: `reject` refuses it, `drop` keeps the good ones',
  },
  {
    name: 'DCR_REDIRECT_HOSTS',
    option: 'redirectHosts',
    read: parseList,
    meaning:
      'Where redirects may lead: hosts, `*.example.com` for what is below a domain, `localhost`, `127.0.0.1`, `[::1]`, and private-use schemes as `com.example.app:`. For registrations, updates and client ID metadata documents alike; clients of `DCR_CLIENTS` are exempt. A change reaches a client that is there with its next update',
    otherwise: 'wherever the specifications allow',
  },
  {
    name: 'DCR_CLIENTS',
    option: 'clients',
    read: parseJsonList,
    hasFileTwin: true,
    meaning:
      '[Clients that you set up yourself](operators.md#provisioned-clients). They may hold secrets, so a file is the better place',
  },
  {
    name: 'DCR_CLIENT_ID_METADATA_DOCUMENTS',
    option: 'clientIdMetadataDocuments',
    read: parseBoolean,
    meaning:
      'Whether a client may be known by [the document at its `client_id`](operators.md#client-id-metadata-documents)',
  },
  documents(
    'DCR_CLIENT_ID_METADATA_DOCUMENT_HOSTS',
    'hosts',
    'The only hosts whose documents count: names, or `*.example.com` for all below a domain. To set it turns documents on',
    'all',
  ),
  documents(
    'DCR_CLIENT_ID_METADATA_DOCUMENT_DENIED_HOSTS',
    'deniedHosts',
    'Hosts whose documents never count, written in the same way. Refused alone: it goes with one of the two that turn documents on',
  ),
  {
    name: 'DCR_REQUIRE_PUSHED_AUTHORIZATION_REQUESTS',
    option: 'requirePushedAuthorizationRequests',
    read: parseBoolean,
    meaning:
      'Whether every client has to push its authorization requests (RFC 9126), which most MCP clients cannot',
  },
];

function documents(
  name: string,
  member: 'hosts' | 'deniedHosts',
  meaning: string,
  otherwise = 'none',
): OptionVariable {
  const option = 'clientIdMetadataDocuments';
  return { name, option, member, read: parseList, meaning, otherwise };
}
