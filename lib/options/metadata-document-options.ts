/**
 * The option `clientIdMetadataDocuments`: clients that are known by the document at their `client_id`.
 *
 * @module
 */
import { isDocumentHostEntry, type DocumentHosts } from '../policy/document-hosts.ts';

/** Whose documents count. */
export interface ClientIdMetadataDocumentsOptions {
  /** Whether documents are fetched at all: `true` unless it is said otherwise. */
  readonly enabled?: boolean;
  /** The only hosts whose documents count: exact names, or `*.example.com` for all below a domain. */
  readonly hosts?: readonly string[];
  /** Hosts whose documents never count, written in the same way. */
  readonly deniedHosts?: readonly string[];
  /**
   * The last word about a host, by its name without port. Asked each time a client with such an id is
   * met, so it should be quick. When it throws or rejects, the answer is 503.
   */
  readonly allowHost?: (host: string) => boolean | Promise<boolean>;
}

/** As the composition needs it: `false` when they are off. */
export type ClientIdMetadataDocumentsSetting =
  false | { readonly hosts: DocumentHosts; readonly allowHost?: AllowHost | undefined };

type AllowHost = NonNullable<ClientIdMetadataDocumentsOptions['allowHost']>;

/** A copy of what is data. */
export function documentsSetting(
  option: boolean | ClientIdMetadataDocumentsOptions,
): ClientIdMetadataDocumentsSetting {
  if (typeof option === 'boolean') return option && { hosts: { denied: [] } };
  const { enabled = true, hosts, deniedHosts = [], allowHost } = option;
  return (
    enabled && { hosts: { allowed: hosts && [...hosts], denied: [...deniedHosts] }, allowHost }
  );
}

/** What is wrong with it; empty when it is fine. Types are no help to a host in plain JavaScript. */
export function documentsProblems(option: unknown): string[] {
  if (option === undefined || typeof option === 'boolean') return [];
  if (typeof option !== 'object' || option === null || Array.isArray(option)) {
    return ['must be true, false, or an object that says which hosts count'];
  }
  const { enabled, allowHost, ...rest } = option as Record<string, unknown>;
  const problems = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => hostListProblem(name, value) ?? []);
  if (enabled !== undefined && typeof enabled !== 'boolean') {
    problems.push('enabled must be true or false');
  }
  if (allowHost !== undefined && typeof allowHost !== 'function') {
    problems.push('allowHost must be a function');
  }
  if (enabled === false && (allowHost ?? rest['hosts'] ?? rest['deniedHosts']) !== undefined) {
    problems.push('is switched off, so that the hosts it names have no effect');
  }
  return problems;
}

function hostListProblem(name: string, value: unknown): string | undefined {
  if (name !== 'hosts' && name !== 'deniedHosts') {
    return `has no member named ${JSON.stringify(name)}`;
  }
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (!isList) return `${name} must be a list of texts`;
  const bad = value.filter((entry) => !isDocumentHostEntry(entry));
  if (bad.length === 0) {
    return value.length > 0 || name === 'deniedHosts'
      ? undefined
      : 'hosts is empty, so that no document would count: name one, or leave it out';
  }
  const shown = bad.map((entry) => JSON.stringify(entry)).join(', ');
  return `${name} contains ${shown}: a host such as app.example.com, or *.example.com`;
}
