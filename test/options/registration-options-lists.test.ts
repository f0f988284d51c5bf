import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const TOKEN = `hunter2${'a'.repeat(36)}`;

function problemsOf(options: object): string[] {
  const login = hostLogin({ user: () => undefined, url: '/login' });
  const { logger } = createLogRecorder();
  try {
    createAuthorizationServer({ issuer: 'https://auth.example.com', login, logger, ...options });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map(({ option, message }) => `${option}: ${message}`);
  }
  return [];
}

describe('initial access tokens', () => {
  it.each([TOKEN, { 0: TOKEN }, new Set([TOKEN]), null, true, [1], [TOKEN, null]])(
    'that are no list of texts are one problem, not two: case %#',
    (initialAccessTokens) => {
      expect(problemsOf({ registration: 'token', initialAccessTokens })).toEqual([
        'initialAccessTokens: must be a list of texts',
      ]);
    },
  );

  it.each([undefined, 'open'])(
    'are refused where everybody may register without one: %s',
    (registration) => {
      expect(problemsOf({ registration, initialAccessTokens: [TOKEN] })).toEqual([
        'initialAccessTokens: have no effect while registration is "open": whoever has none can register too',
      ]);
    },
  );
});
