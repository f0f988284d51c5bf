import { once } from 'node:events';
import { createRequire } from 'node:module';
import express from 'express';
import {
  createAuthorizationServer,
  RegistrationRefusedError,
  UpstreamRefusedError,
} from 'express-dcr';

/** A server that is imported, and parts for it that are required: as where an app is half moved. */
const required = createRequire(import.meta.url)('express-dcr');
const { ISSUER } = process.env;
const redirect_uris = ['http://localhost:8080/callback'];

const unexpected = () => Promise.reject(new Error('nobody logs in here'));
const login = {
  kind: 'upstream',
  name: 'corporate',
  label: 'Corporate',
  domains: [],
  begin: () => Promise.reject(new required.UpstreamRefusedError('login_required', 'never')),
  complete: unexpected,
  refresh: unexpected,
  revoke: unexpected,
};
const onRegister = ({ client_name }) => {
  if (client_name !== 'Unwanted') return;
  throw new required.RegistrationRefusedError('unwanted', { error: 'access_denied' });
};
const server = createAuthorizationServer({ issuer: ISSUER, login, onRegister, logLevel: 'error' });
const listening = express()
  .use(server.router)
  .listen(Number(new URL(ISSUER).port), '127.0.0.1');
await once(listening, 'listening');

const register = async (metadata) => {
  const body = JSON.stringify({ redirect_uris, token_endpoint_auth_method: 'none', ...metadata });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${ISSUER}/oauth/register`, { method: 'POST', headers, body })).json();
};
const { error: refused } = await register({ client_name: 'Unwanted' });
const { client_id } = await register({});
const query = new URLSearchParams({
  response_type: 'code',
  client_id,
  redirect_uri: redirect_uris[0],
  code_challenge: 'x'.repeat(43),
  code_challenge_method: 'S256',
});
const answer = await fetch(`${ISSUER}/oauth/authorize?${query}`, { redirect: 'manual' });
const login_error = new URL(answer.headers.get('location')).searchParams.get('error');

/** That there really are two of them. */
const are_two =
  required.RegistrationRefusedError !== RegistrationRefusedError &&
  required.UpstreamRefusedError !== UpstreamRefusedError;
console.log(JSON.stringify({ are_two, refused, login_error }));
listening.close();
await server.close();
