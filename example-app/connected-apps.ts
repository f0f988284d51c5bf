/**
 * `/apps`: which apps a person has connected, and taking it back.
 *
 * @module
 */
import express, { Router } from 'express';
import type { Request, RequestHandler } from 'express';

// In an app of your own: from 'express-dcr'.
import type { AuthorizationServer } from '../lib/index.ts';
import { loggedInPerson } from './login.ts';
import { connectedAppsPage } from './pages.ts';

/** @param grants - `authorizationServer.grants`. */
export function connectedApps(grants: AuthorizationServer['grants']): Router {
  const router = Router();
  router.get('/apps', async (req, res) => {
    const person = loggedInPerson(req);
    if (person) res.send(connectedAppsPage(await grants.list({ subject: person.sub })));
    else res.redirect(303, '/login?return_to=/apps');
  });
  router.post(
    '/apps/disconnect',
    refuseOtherSites,
    express.urlencoded({ extended: false }),
    async (req, res) => {
      const person = loggedInPerson(req);
      const clientId: unknown = (req.body as Record<string, unknown> | undefined)?.['client_id'];
      // Without an id it would be all of them.
      if (person && typeof clientId === 'string' && clientId !== '')
        await grants.revoke({ subject: person.sub, clientId });
      res.redirect(303, '/apps');
    },
  );
  return router;
}

/** The session cookie is not sent along from other sites; this is for those on the same one. */
const refuseOtherSites: RequestHandler = (req, res, next) => {
  if (isSameOrigin(req)) next();
  else res.sendStatus(403);
};

function isSameOrigin({ headers }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin } = headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === headers.host);
}
