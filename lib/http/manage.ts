/**
 * The client configuration endpoint: one for each registered client, below the registration endpoint.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7592#section-2
 * @module
 */
import type { Request, Response } from 'express';
import { parseBearer } from '../protocol/challenge.ts';
import { deleteOwnRegistration, type DeleteOwnDeps } from '../services/delete-client.ts';
import {
  requireManagedClient,
  unknownRegistration,
  type ManagedClient,
} from '../services/managed-client.ts';
import { readClient, type ReadClientDeps } from '../services/read-client.ts';
import { updateClient, type UpdateClientDeps } from '../services/update-client.ts';
import { authorizationOf } from './authorization-header.ts';
import { jsonOf, readBody } from './body.ts';
import { askedFrom } from './caller.ts';
import { challengeToken } from './challenge.ts';
import { pathParameter } from './path-parameter.ts';
import { admit, type RateLimitDeps } from './rate-limit.ts';
import { sendPrivate } from './send-json.ts';
import type { Handlers } from './chain.ts';

export type ManageDeps = ReadClientDeps & UpdateClientDeps & DeleteOwnDeps & RateLimitDeps;

/** @param path - Of the registration endpoint. */
export function managementPath(path: string): string {
  return `${path}/:client_id`;
}

export function readHandlers(deps: ManageDeps): Handlers {
  return [
    registrationOf,
    ...deps.rateLimits.management.middleware,
    async function respondWithRegistration(req, res) {
      sendPrivate(res, 200, await readClient(deps, await managed(deps, req, res)));
    },
  ];
}

export function updateHandlers(deps: ManageDeps): Handlers {
  return [
    registrationOf,
    ...deps.rateLimits.management.middleware,
    ...readBody('application/json'),
    async function respondWithUpdatedRegistration(req, res) {
      const client = await managed(deps, req, res);
      sendPrivate(res, 200, await updateClient(deps, client, jsonOf(req), askedFrom(deps, req)));
    },
  ];
}

export function deleteHandlers(deps: ManageDeps): Handlers {
  return [
    registrationOf,
    ...deps.rateLimits.management.middleware,
    async function respondWithNothing(req, res) {
      await deleteOwnRegistration(deps, await managed(deps, req, res), askedFrom(deps, req));
      res.status(204).end();
    },
  ];
}

/** An id that cannot be decoded is one that nobody has. */
const registrationOf = pathParameter('client_id', unknownRegistration);

/** The token comes in the header and nowhere else: an address is written down in too many places. */
async function managed(deps: ManageDeps, req: Request, res: Response): Promise<ManagedClient> {
  const { client_id } = req.params;
  return requireManagedClient(deps, {
    client_id: String(client_id),
    token: parseBearer(authorizationOf(req)),
    admit: () => admit(deps, 'management', req, res),
  });
}

export const challengeManager = challengeToken('client configuration');
