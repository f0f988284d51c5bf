/**
 * The options about registrations. Their defaults stand with all others.
 *
 * @module
 */
import type { ClientIdMetadataDocumentsOptions } from './metadata-document-options.ts';
import type { RegistrationMode } from '../services/registration-access.ts';
import type { OnRegister } from '../services/registration-hook.ts';

/** Who may register a client, and how. */
export interface RegistrationOptions {
  /**
   * Who may register: everybody, whoever brings an initial access token, or nobody.
   * @default 'open'
   */
  readonly registration?: RegistrationMode;
  /**
   * The initial access tokens for `registration: 'token'`: at least 32 random bytes each (RFC 7591 §3).
   * @default []
   */
  readonly initialAccessTokens?: readonly string[];
  /**
   * Whether clients may register with a secret.
   * @default true
   */
  readonly confidentialClients?: boolean;
  /**
   * A client with one of these redirect URIs gets a secret whatever it asked for. Compared as they are.
   * @default []
   */
  readonly forceConfidentialRedirectUris?: readonly string[];
  /**
   * What becomes of a registration in which some redirect URIs are not acceptable: refused, or kept
   * with those that are.
   * @default 'reject'
   */
  readonly invalidRedirectUris?: 'reject' | 'drop';
  /**
   * Whether a `client_id` may be the https address of a document about the client, which this server
   * then fetches; and whose documents count.
   * @default false
   */
  readonly clientIdMetadataDocuments?: boolean | ClientIdMetadataDocumentsOptions;
  /**
   * Where redirects may lead: hosts, `*.example.com` for what is below a domain, `localhost`,
   * `127.0.0.1`, `[::1]`, and private-use schemes as `com.example.app:`.
   * @default wherever the specifications allow
   */
  readonly redirectHosts?: readonly string[];
  /**
   * Asked about each registration, update and client ID metadata document that would be taken: may return
   * other metadata, or throw a `RegistrationRefusedError`.
   * @default none
   */
  readonly onRegister?: OnRegister;
}
