import express from 'express';
import session from 'express-session';
import { createAuthorizationServer, hostLogin, optionsFromEnv } from '../../lib/index.ts';
import { safeReturnTo } from './return-to.ts';
import { checkPassword, loginForm, mcpHandler } from './your-app.ts';

declare module 'express-session' {
  interface SessionData {
    login: { id: string; name: string; authTime: number };
  }
}

export const app = express();
app.use(
  session({
    secret: process.env['SESSION_SECRET'] ?? '',
    resave: false,
    saveUninitialized: false,
    // With sameSite: 'strict', people who come from a client's page would look logged out.
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  }),
);

app.get('/login', (req, res) => {
  const { login } = req.session;
  const { prompt, max_age, return_to } = req.query;
  const age = login ? Date.now() / 1000 - login.authTime : Infinity;
  const isRecent = typeof max_age !== 'string' || age < Number(max_age);
  if (login && prompt === undefined && isRecent) res.redirect(303, safeReturnTo(return_to));
  else res.send(loginForm(safeReturnTo(return_to)));
});

app.post('/login', express.urlencoded({ extended: false }), (req, res, next) => {
  const form = (req.body ?? {}) as Record<string, unknown>;
  const return_to = safeReturnTo(form['return_to']);
  const person = checkPassword(form);
  if (!person) {
    res.status(403).send(loginForm(return_to));
    return;
  }
  // A new session at login: one that was planted before must not become a logged-in one.
  req.session.regenerate((error) => {
    if (error) {
      next(error);
      return;
    }
    req.session.login = { ...person, authTime: Math.floor(Date.now() / 1000) };
    res.redirect(303, return_to);
  });
});

const authorizationServer = createAuthorizationServer({
  ...optionsFromEnv(),
  login: hostLogin({
    user: ({ session: { login } }) =>
      login && { sub: login.id, name: login.name, auth_time: login.authTime },
    url: '/login',
  }),
});

app.use(authorizationServer.router);
app.use('/mcp', authorizationServer.requireBearer({ resource: '/mcp' }), mcpHandler);
