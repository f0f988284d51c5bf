const express = require('express');
const { createAuthorizationServer, hostLogin } = require('express-dcr');
const { requireBearer } = require('express-dcr/resource');

/** An app with CommonJS. */
exports.createApp = function createApp(issuer, options = {}, runtime) {
  const server = createAuthorizationServer(
    {
      issuer,
      scopesSupported: ['notes:read'],
      login: hostLogin({ user: () => ({ sub: 'ann' }), url: '/login' }),
      logLevel: 'error',
      ...options,
    },
    runtime,
  );
  const app = express();
  app.use(server.router);
  app.get('/notes', server.requireBearer({ scope: 'notes:read' }), (req, res) => {
    res.json({ sub: req.auth.extra.sub });
  });
  // As an API in another process does it: by what the server publishes.
  const elsewhere = requireBearer({ issuer, resource: issuer, scope: 'notes:read' });
  app.get('/elsewhere', elsewhere, (req, res) => {
    res.json({ sub: req.auth.extra.sub });
  });
  return { app, close: () => server.close() };
};
