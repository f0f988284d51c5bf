/**
 * The app's own login: a form and a session. It knows nothing about OAuth.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import express, { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';

import { loginPage } from './pages.ts';
import { personFrom } from './people.ts';
import type { Person } from './people.ts';

/** A person and when they logged in, in epoch seconds. */
export interface LoggedInPerson extends Person {
  readonly auth_time: number;
}

declare module 'express-session' {
  interface SessionData {
    person: LoggedInPerson;
  }
}

/** Sessions in memory: they end with the process, which is fine for a demo. */
export function sessions(): RequestHandler {
  return session({
    name: 'notes.sid',
    secret: randomBytes(32).toString('base64url'),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  });
}

/** The person of this session, if anyone is logged in. */
export function loggedInPerson(req: Request): LoggedInPerson | undefined {
  return req.session.person;
}

/** `/login` and `/logout`. */
export function loginRoutes(): Router {
  const router = Router();
  router.get('/login', showForm);
  router.post('/login', express.urlencoded({ extended: false }), logIn);
  router.post('/logout', logOut);
  return router;
}

const showForm: RequestHandler = (req, res) => {
  const return_to = safeReturnTo(req.query['return_to']);
  const person = loggedInPerson(req);
  if (person && isRecentEnough(person, req.query)) res.redirect(303, return_to);
  else res.send(loginPage(return_to));
};

const logIn: RequestHandler = async (req, res) => {
  const { return_to } = (req.body ?? {}) as Record<string, unknown>;
  const person = personFrom(req.body);
  if (!person) {
    res
      .status(403)
      .send(loginPage(safeReturnTo(return_to), 'That name and password do not match.'));
    return;
  }
  // A new session id at login: one that was planted before must not become a logged-in one.
  await settled((done) => req.session.regenerate(done));
  req.session.person = { ...person, auth_time: Math.floor(Date.now() / 1000) };
  await settled((done) => req.session.save(done));
  res.redirect(303, safeReturnTo(return_to));
};

const logOut: RequestHandler = async (req, res) => {
  await settled((done) => req.session.destroy(done));
  res.redirect(303, '/');
};

/** The client may ask for a fresh login: with `prompt` always, with `max_age` for an older one. */
function isRecentEnough(person: LoggedInPerson, query: Request['query']): boolean {
  if (query['prompt'] !== undefined) return false;
  if (typeof query['max_age'] !== 'string') return true;
  return Date.now() / 1000 - person.auth_time < Number(query['max_age']);
}

/**
 * A path of this app, or `/`. Browsers read `//host` and `/\host` as another host, and drop tabs
 * and line breaks before they look, so none of these may pass.
 */
export function safeReturnTo(value: unknown): string {
  const isPathOfThisApp = typeof value === 'string' && /^\/(?![/\\])[^\p{Cc}]*$/u.test(value);
  return isPathOfThisApp ? value : '/';
}

/** Waits for one of express-session's callbacks. */
function settled(start: (done: (error?: Error) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
}
