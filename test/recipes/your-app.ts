/**
 * What the recipes take from the app that they are put into: people, a login form, a handler.
 *
 * @module
 */
import express, { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import passport from 'passport';
import { safeReturnTo } from './return-to.ts';

// What passport itself leaves open, each app says once.
declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- it is how the types of passport are widened
  namespace Express {
    interface User {
      id: string;
      name: string;
    }
  }
}

declare module 'express-session' {
  interface SessionData {
    user: { id: string; name: string };
  }
}

interface Person {
  readonly id: string;
  readonly name: string;
}

const PEOPLE: readonly Person[] = [
  { id: 'alice', name: 'Alice Example' },
  { id: 'bob', name: 'Bob Example' },
];

/** The person with this id. */
export function findPerson(id: string): Person | undefined {
  return PEOPLE.find((person) => person.id === id);
}

/** The person whose name and password came with a form. */
export function checkPassword(form: unknown): Person | undefined {
  const { username, password } = (form ?? {}) as Record<string, unknown>;
  return password === 'password' ? findPerson(String(username)) : undefined;
}

/** A login form that carries on where to go afterwards. */
export function loginForm(return_to: string): string {
  const escaped = return_to.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<form method="post" action="/login"><input type="hidden" name="return_to" value="${escaped}"><input name="username"><input type="password" name="password"></form>`;
}

/** What answers at `/mcp`: here, who the token is for. */
export const mcpHandler: RequestHandler = (req, res) => {
  res.json((req as Request & { auth?: { extra: { sub: string } } }).auth?.extra.sub);
};

/** The session and the login of an app that has them already. */
export const loginOfTheApp = Router();
loginOfTheApp.use(session({ secret: 'of the app', resave: false, saveUninitialized: false }));
loginOfTheApp.get('/login', (req, res) => {
  res.send(loginForm(safeReturnTo(req.query['return_to'])));
});
loginOfTheApp.post('/login', express.urlencoded({ extended: false }), (req, res) => {
  const person = checkPassword(req.body);
  if (person) req.session.user = person;
  res.redirect(303, safeReturnTo((req.body as Record<string, unknown>)['return_to']));
});

/** Sends people to a provider, and takes whoever comes back with a code for alice. */
class ElsewhereStrategy extends passport.Strategy {
  override authenticate(req: Request): void {
    if (req.query['code'] === 'of-alice') this.success({ id: 'alice', name: 'Alice Example' });
    else if (req.query['code'] !== undefined) this.fail(403);
    else this.redirect('https://provider.example/authorize');
  }
}

/** A strategy of passport, as those for the providers are. */
export const strategy = new ElsewhereStrategy();
