/**
 * The pages about clients: looking for them, looking at one, and ending what it may do.
 *
 * @module
 */
import type { Request, Router } from 'express';
import { formOf, queryOf, readBody } from '../http/body.ts';
import { step } from '../http/step.ts';
import { OAuthError } from '../protocol/errors.ts';
import type { Clients } from '../services/clients.ts';
import { couldBeClientId } from '../services/decide-on-client.ts';
import type { ClientsPage } from '../services/list-clients.ts';
import { operatorOf } from './access.ts';
import { clientPage } from './client-page.ts';
import { clientsPage, clientUrl, type ClientSearch } from './clients-page.ts';
import type { Variables } from './explained-scopes.ts';
import { seeOther, sendAdminPage, type AdminFrame, type AdminPage } from './page.ts';

export interface ClientHandlersDeps {
  readonly clients: Pick<Clients, 'list' | 'explain' | 'block' | 'unblock' | 'delete'>;
  /** Names of the rules that add scopes, the list for all included. */
  readonly rules: readonly string[];
  readonly variables: Variables;
  readonly frameOf: (req: Request) => AdminFrame;
}

const FORM = readBody('application/x-www-form-urlencoded');

/** What is said after something was done, by the word that the address has for it. */
const DONE: ReadonlyMap<string, string> = new Map([
  ['blocked', 'The client is blocked, and its grants have ended.'],
  ['unblocked', 'The client is not blocked any more.'],
]);

const MAX_REASON_LENGTH = 200;

const NOT_UNDERSTOOD: AdminPage = {
  title: 'Not understood',
  place: 'Clients',
  status: 400,
  inside: '<p>A client needs its id, and a reason has 200 characters at most.</p>',
};

const NO_CLIENT: AdminPage = {
  title: 'No such client',
  place: 'Clients',
  status: 404,
  inside: '<p>There is no client with this id: it never was, was deleted, or has expired.</p>',
};

export function mountClients(router: Router, deps: ClientHandlersDeps): void {
  const { clients, rules, frameOf } = deps;
  router.get(
    '/clients',
    step(async function showClients(req, res) {
      const search = searchOf(req);
      const page = await found(clients, search, textOf(req, 'cursor'));
      sendAdminPage(res, frameOf(req), clientsPage({ base: req.baseUrl, search, page, rules }));
    }),
  );
  router.get(
    '/client',
    step(async function showClient(req, res) {
      sendAdminPage(res, frameOf(req), await pageOf(deps, req));
    }),
  );
  router.post(
    '/client/block',
    ...FORM,
    step(async function block(req, res) {
      const { id, reason } = formValues(req);
      if (!couldBeClientId(id) || reason.length > MAX_REASON_LENGTH) {
        sendAdminPage(res, frameOf(req), NOT_UNDERSTOOD);
        return;
      }
      await clients.block(id, { ...(reason !== '' && { reason }), ...operatorOf(req) });
      seeOther(res, `${clientUrl(req.baseUrl, id)}&done=blocked`);
    }),
  );
  router.post(
    '/client/unblock',
    ...FORM,
    step(async function unblock(req, res) {
      const { id } = formValues(req);
      if (!couldBeClientId(id)) {
        sendAdminPage(res, frameOf(req), NOT_UNDERSTOOD);
        return;
      }
      await clients.unblock(id, operatorOf(req));
      seeOther(res, `${clientUrl(req.baseUrl, id)}&done=unblocked`);
    }),
  );
  router.post(
    '/client/delete',
    ...FORM,
    step(async function remove(req, res) {
      const { id, isSure } = formValues(req);
      if (!couldBeClientId(id)) sendAdminPage(res, frameOf(req), NO_CLIENT);
      else if (!isSure) seeOther(res, clientUrl(req.baseUrl, id));
      else if (await clients.delete(id, operatorOf(req))) seeOther(res, `${req.baseUrl}/clients`);
      else sendAdminPage(res, frameOf(req), NO_CLIENT);
    }),
  );
}

async function pageOf(
  { clients, variables }: ClientHandlersDeps,
  req: Request,
): Promise<AdminPage> {
  const id = textOf(req, 'id').trim();
  if (!couldBeClientId(id)) return NO_CLIENT;
  try {
    const known = await clients.explain(id);
    if (!known) return NO_CLIENT;
    const { client, scopes: explained } = known;
    return clientPage({
      base: req.baseUrl,
      client,
      explained,
      variables,
      done: DONE.get(textOf(req, 'done')),
    });
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // What is wrong with a document, or with the way there.
    return { ...NO_CLIENT, status: error.status, inside: paragraph(error.description) };
  }
}

/** One of our own sentences. */
function paragraph(sentence: string): string {
  return `<p>${sentence.replace(/[<>&"]/g, ' ')}</p>`;
}

async function found(
  clients: ClientHandlersDeps['clients'],
  { used, ...filter }: ClientSearch,
  cursor: string,
): Promise<ClientsPage | string> {
  const said = Object.entries({ ...filter, cursor }).filter(([, value]) => value !== '');
  try {
    return await clients.list({ used: used === 'yes', ...Object.fromEntries(said) });
  } catch (error) {
    if (error instanceof TypeError) return error.message;
    throw error;
  }
}

function searchOf(req: Request): ClientSearch {
  return {
    name: textOf(req, 'name').trim(),
    redirectHost: textOf(req, 'host').trim().toLowerCase(),
    scope: textOf(req, 'scope').trim(),
    rule: textOf(req, 'rule'),
    used: textOf(req, 'used') === 'no' ? 'no' : 'yes',
  };
}

/** A parameter of the address; empty when it is not there. */
function textOf(req: Request, name: string): string {
  return queryOf(req).get(name) ?? '';
}

function formValues(req: Request): { id: string; reason: string; isSure: boolean } {
  const form = formOf(req);
  return {
    id: form.get('id') ?? '',
    reason: (form.get('reason') ?? '').trim(),
    isSure: form.get('sure') === 'yes',
  };
}
