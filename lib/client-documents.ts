/**
 * Client ID metadata documents, put together: fetching, limits, and what is remembered.
 *
 * @module
 */
import { createFetchAdmission, type FetchAdmissionParts } from './fetch-admission.ts';
import { createGetJson } from './outbound/get-json.ts';
import { INTERNET } from './outbound/internet.ts';
import { createRemembered } from './outbound/remembered.ts';
import type { Settings } from './options/settings.ts';
import type { Runtime } from './runtime.ts';
import { createDocumentSource, fetchDocument } from './services/client-documents.ts';
import { loadFailureOf } from './services/load-failure.ts';
import type { ReadDocumentDeps } from './services/read-document.ts';
import type { ClientSources, KnownClient } from './services/resolve-client.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A few kilobytes each. */
const MAX_REMEMBERED = 1000;
/** Between authorization and token request nobody is asked twice, and a change is seen within a day. */
const FRESH = { minMs: MINUTE_MS, maxMs: DAY_MS };

export interface ClientDocumentsParts extends ReadDocumentDeps, FetchAdmissionParts {
  readonly runtime: Pick<Runtime, 'now' | 'outside'>;
}

/** Nothing when they are off. */
export function createClientDocuments(
  { issuer, clientIdMetadataDocuments: setting }: Settings,
  parts: ClientDocumentsParts,
): Pick<ClientSources, 'document'> {
  if (!setting) return {};
  const { runtime, logger } = parts;
  const fetching = { ...parts, getJson: createGetJson(runtime.outside ?? INTERNET) };
  const documents = createRemembered({
    max: MAX_REMEMBERED,
    fresh: FRESH,
    staleMs: DAY_MS,
    staleForTooMany: true,
    admit: createFetchAdmission('documents', parts),
    load: (client_id: string, before?: KnownClient) => fetchDocument(fetching, client_id, before),
    failureOf: loadFailureOf,
    now: runtime.now,
  });
  const { hosts, allowHost } = setting;
  return { document: createDocumentSource({ issuer, hosts, allowHost, documents, logger }) };
}
