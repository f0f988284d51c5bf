/**
 * The clients of the deployment that the environment describes, looked at as its server would.
 *
 * @module
 */
import { SILENT } from '../operations/logger.ts';
import { decidingOf, type Deciding } from '../options/environment-settings.ts';
import { createDocumentSource, fetchDocument } from '../services/client-documents.ts';
import type { ExplainClientDeps } from '../services/explain-client.ts';
import type { ListClientsDeps } from '../services/list-clients.ts';
import type { ClientSources } from '../services/resolve-client.ts';
import type { ClientStore } from '../storage/store.ts';
import type { Context } from './command.ts';

export type DeployedClients = ExplainClientDeps &
  ListClientsDeps & { readonly clients: Pick<ClientStore, 'find' | 'list' | 'count'> };

const nothing = (): void => undefined;
/** @throws As {@link Context.deployment}. */
export async function deployedClients({
  deployment,
  getJson,
}: Pick<Context, 'deployment' | 'getJson'>): Promise<DeployedClients> {
  const { options, scopePolicy, store } = await deployment();
  const deciding = decidingOf({ ...options, store });
  const { provisionedClients, clientIdleTtlSeconds } = deciding.settings;
  return {
    scopePolicy,
    keepsHook: true,
    clients: store.clients,
    clientStates: store.clientStates,
    clientSources: {
      provisioned: (client_id) => provisionedClients.get(client_id),
      ...documentsOf(deciding, getJson),
    },
    clientIdleTtlMs: clientIdleTtlSeconds * 1000,
    storeNow: () => store.now(),
  };
}

/** Fetched each time, and without limits: it is an operator who asks. */
function documentsOf(
  { settings, ...decided }: Deciding,
  getJson: Context['getJson'],
): Pick<ClientSources, 'document'> {
  const { issuer, clientIdMetadataDocuments: setting } = settings;
  if (!setting) return {};
  const deps = {
    ...decided,
    logger: SILENT,
    emit: nothing,
    getJson,
  };
  const get = async (client_id: string) => (await fetchDocument(deps, client_id)).value;
  const { hosts, allowHost } = setting;
  const documents = { get, recall: () => undefined };
  return {
    document: createDocumentSource({ issuer, hosts, allowHost, documents, logger: SILENT }),
  };
}
