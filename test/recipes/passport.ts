import express from 'express';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-local';
import { createAuthorizationServer, hostLogin, optionsFromEnv } from '../../lib/index.ts';
import { safeReturnTo } from './return-to.ts';
import { checkPassword, findPerson, loginForm, mcpHandler } from './your-app.ts';

declare module 'express-session' {
  interface SessionData {
    authTime: number;
  }
}

passport.use(
  new Strategy((username, password, done) => {
    done(null, checkPassword({ username, password }) ?? false);
  }),
);
passport.serializeUser((person, done) => {
  done(null, person.id);
});
passport.deserializeUser<string>((id, done) => {
  done(null, findPerson(id) ?? false);
});

export const app = express();
app.use(
  session({
    secret: process.env['SESSION_SECRET'] ?? '',
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
  }),
  passport.session(),
);

app.get('/login', (req, res) => {
  const { prompt, max_age, return_to } = req.query;
  const age = Date.now() / 1000 - (req.session.authTime ?? 0);
  const isRecent = typeof max_age !== 'string' || age < Number(max_age);
  if (req.user && prompt === undefined && isRecent) res.redirect(303, safeReturnTo(return_to));
  else res.send(loginForm(safeReturnTo(return_to)));
});

app.post('/login', express.urlencoded({ extended: false }), (req, res, next) => {
  const { return_to } = (req.body ?? {}) as Record<string, unknown>;
  const done: passport.AuthenticateCallback = (error, person) => {
    if (error) {
      next(error);
      return;
    }
    if (!person) {
      res.status(403).send(loginForm(safeReturnTo(return_to)));
      return;
    }
    req.logIn(person, (failure) => {
      if (failure) {
        next(failure);
        return;
      }
      req.session.authTime = Math.floor(Date.now() / 1000);
      res.redirect(303, safeReturnTo(return_to));
    });
  };
  (passport.authenticate('local', done) as express.RequestHandler)(req, res, next);
});

const authorizationServer = createAuthorizationServer({
  ...optionsFromEnv(),
  login: hostLogin({
    user: ({ user, session: { authTime } }) =>
      user && authTime && { sub: user.id, name: user.name, auth_time: authTime },
    url: '/login',
  }),
});

app.use(authorizationServer.router);
app.use('/mcp', authorizationServer.requireBearer({ resource: '/mcp' }), mcpHandler);
