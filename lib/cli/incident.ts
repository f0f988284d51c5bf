/**
 * What the commands for an incident have in common.
 *
 * @module
 */
import type { Emit } from '../operations/audit.ts';
import { DEFAULTS } from '../options/options.ts';
import { isClientIdUrl } from '../protocol/client-id-url.ts';
import type { Store } from '../storage/store.ts';
import type { ReasonOption } from '../services/reason.ts';
import { clientIdGiven } from './client-id.ts';
import { single, UsageError, type CommandOption, type Input } from './command.ts';
import type { Deployment } from './open-deployment.ts';

/** The slices that the services of an incident need. */
export type IncidentDeps = Pick<
  Store,
  'clients' | 'clientStates' | 'switches' | 'grants' | 'consents'
> & {
  readonly issuer: string;
  readonly grantMaxTtlMs: number;
  readonly storeNow: () => number;
  readonly emit: Emit;
};

export function incidentDeps({ options, store }: Deployment, emit: Emit): IncidentDeps {
  const { clients, clientStates, switches, grants, consents } = store;
  const { grantMaxTtlSeconds = DEFAULTS.grantMaxTtlSeconds } = options;
  return {
    ...{ clients, clientStates, switches, grants, consents },
    issuer: options.issuer,
    grantMaxTtlMs: grantMaxTtlSeconds * 1000,
    storeNow: () => store.now(),
    emit,
  };
}

const MAX_REASON_LENGTH = 200;

export const REASON_OPTION: CommandOption = {
  type: 'string',
  value: 'text',
  help: 'why, for who looks later; 200 characters',
};

/** @throws {UsageError} When it is too long. */
export function reasonGiven(input: Input): ReasonOption {
  const reason = single(input, 'reason', '');
  if (reason.length > MAX_REASON_LENGTH)
    throw new UsageError('--reason has 200 characters at most');
  return reason === '' ? {} : { reason };
}

/** @throws {UsageError} When there is none, or one that is no id. */
export function clientIds({ operands }: Input, command: string): readonly string[] {
  if (operands.length === 0 || operands.includes('')) {
    throw new UsageError(`${command} takes the client_id of a client`);
  }
  return [...new Set(operands.map(clientIdGiven))];
}

/** What there is to say of an id that stands for no client, as far as that can be known from here. */
export async function strangeness(
  { options, store }: Deployment,
  client_id: string,
): Promise<string | undefined> {
  const isConfigured = options.clients?.some((one) => one.client_id === client_id) === true;
  if (isConfigured || (await store.clients.find(client_id))) return undefined;
  if (isClientIdUrl(client_id)) {
    return options.clientIdMetadataDocuments
      ? undefined
      : 'metadata documents are off, unless the app itself turns them on';
  }
  return 'no such client is registered or in DCR_CLIENTS; is the spelling right, or does the app itself have it?';
}
