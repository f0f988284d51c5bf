import express from 'express';
import { createAuthorizationServer, hostLogin, optionsFromEnv } from '../../lib/index.ts';
import { loginOfTheApp, mcpHandler } from './your-app.ts';

export const app = express();
app.use(loginOfTheApp); // the session and /login

const authorizationServer = createAuthorizationServer({
  ...optionsFromEnv(),
  login: hostLogin({
    user: (req) => req.session.user && { sub: req.session.user.id },
    url: '/login',
  }),
});

app.use(authorizationServer.router); // /oauth/* and /.well-known/*
app.use(
  '/mcp',
  authorizationServer.requireBearer({ resource: '/mcp', scope: 'mcp:tools' }),
  mcpHandler,
);
