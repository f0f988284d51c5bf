import { Router } from 'express';
import passport from 'passport';
import { safeReturnTo } from './return-to.ts';
import { strategy } from './your-app.ts';

declare module 'express-session' {
  interface SessionData {
    returnTo: string;
  }
}

passport.use('elsewhere', strategy);

export const login = Router();

login.get(
  '/login',
  (req, _res, next) => {
    req.session.returnTo = safeReturnTo(req.query['return_to']);
    next();
  },
  passport.authenticate('elsewhere'),
);

login.get(
  '/login/callback',
  passport.authenticate('elsewhere', { failureRedirect: '/login-failed', keepSessionInfo: true }),
  (req, res) => {
    const { returnTo } = req.session;
    delete req.session.returnTo;
    req.session.authTime = Math.floor(Date.now() / 1000);
    res.redirect(303, safeReturnTo(returnTo));
  },
);
