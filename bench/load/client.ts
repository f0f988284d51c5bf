/**
 * The client of the measurement, and what it asks.
 *
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ContenderProcess } from '../process/contender-process.ts';
import type { Call } from './call.ts';

const REDIRECT_URI = 'https://client.example.com/callback';

/** As VS Code registers itself, but for the grant types that not everybody knows. */
export const REGISTRATION = JSON.stringify({
  client_name: 'Visual Studio Code',
  client_uri: 'https://code.visualstudio.com',
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: [
    REDIRECT_URI,
    'https://insiders.vscode.dev/redirect',
    'https://vscode.dev/redirect',
    'http://127.0.0.1/',
    'http://127.0.0.1:33418/',
  ],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
});

export function registration(
  { paths }: Pick<ContenderProcess, 'paths'>,
  done?: (clientId: string) => void,
): Call {
  return {
    ...{ method: 'POST', path: paths.register, status: 201, body: REGISTRATION },
    headers: { 'content-type': 'application/json' },
    ...(done && {
      done: (text: string) => done((JSON.parse(text) as { client_id: string }).client_id),
    }),
  };
}

/** A request for authorization, and what redeems its code. */
export interface Asked {
  readonly path: string;
  readonly redirect_uri: string;
  readonly code_verifier: string;
}

export function ask({ paths }: Pick<ContenderProcess, 'paths'>, client_id: string): Asked {
  const code_verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ response_type: 'code', client_id, redirect_uri: REDIRECT_URI },
    ...{ scope: 'offline_access mcp:tools', state: randomBytes(16).toString('base64url') },
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return {
    path: `${paths.authorize}?${query.toString()}`,
    redirect_uri: REDIRECT_URI,
    code_verifier,
  };
}
