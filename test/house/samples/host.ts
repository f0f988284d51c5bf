/**
 * An app that was there before: sessions and a login page that believes every name.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import express, { type Express, type Request, type RequestHandler } from 'express';
import session from 'express-session';

declare module 'express-session' {
  interface SessionData {
    userId: string;
  }
}

/** An app with a login at `/login`, which comes back to `return_to`. */
export function host(): Express {
  const app = express();
  const secret = randomBytes(32).toString('base64url');
  app.use(session({ secret, resave: false, saveUninitialized: false }));
  app.get('/login', (req, res) => {
    const { return_to } = req.query as Record<string, string>;
    res.send(form(return_to ?? '/'));
  });
  app.post('/login', express.urlencoded({ extended: false }), (req, res) => {
    const { username, return_to } = req.body as Record<string, string>;
    req.session.userId = username ?? '';
    res.redirect(303, return_to ?? '/');
  });
  return app;
}

/** Lets nobody pass who is not logged in. */
export const requireLogin: RequestHandler = (req, res, next) => {
  if (isLoggedIn(req)) next();
  else res.redirect(302, loginUrl(req));
};

export function isLoggedIn(req: Request): boolean {
  return req.session.userId !== undefined;
}

/** The login page, and back to what was asked for. */
export function loginUrl({ originalUrl }: Request): string {
  return `/login?${new URLSearchParams({ return_to: originalUrl }).toString()}`;
}

function form(return_to: string): string {
  return `<form method="post" action="/login">
    <input name="username"><input name="password" type="password">
    <input type="hidden" name="return_to" value="${escaped(return_to)}">
  </form>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** A page that asks, and sends what it was asked with to `/confirm`. */
export function consentPage({ query }: Request): string {
  const inputs = Object.entries(query as Record<string, string>).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return `<form method="post" action="/confirm">
    ${inputs.join('')}<button name="decision" value="allow">Allow</button>
  </form>`;
}
