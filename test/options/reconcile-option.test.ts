import { describe, expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import { optionsFromEnv } from '../../lib/env.ts';
import { hostLogin } from '../../lib/login/host-login.ts';
import { createScopePolicy } from '../../lib/policy/scope-policy.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

const issuer = 'https://app.example.com';
const login = hostLogin({ user: () => undefined, url: '/login' });

describe('the option reconcile', () => {
  it.each(['', 'ON', 'true', 'none', null, true, 0])('is never %j', (reconcile) => {
    const { logger } = createLogRecorder();
    const options = { issuer, login, logger, reconcile } as unknown as { issuer: string };
    expect(() => createAuthorizationServer({ ...options, login })).toThrow(
      `reconcile (DCR_RECONCILE): ${JSON.stringify(reconcile)} is not one of on, off`,
    );
  });

  it('is never another word in the environment', () => {
    expect(() => optionsFromEnv({ DCR_ISSUER: issuer, DCR_RECONCILE: 'no' })).toThrow(
      'reconcile (DCR_RECONCILE): "no" is not one of on, off',
    );
  });

  it('is read from the environment, and on without a word', () => {
    const read = (env: object): string =>
      createScopePolicy(optionsFromEnv({ DCR_ISSUER: issuer, ...env })).reconcile;
    expect(read({})).toBe('on');
    expect(read({ DCR_RECONCILE: 'on' })).toBe('on');
    expect(read({ DCR_RECONCILE: 'off' })).toBe('off');
  });

  it('is said at the start when it is off', () => {
    for (const reconcile of ['on', 'off'] as const) {
      const { logger, entries } = createLogRecorder();
      createAuthorizationServer({ issuer, login, logger, reconcile });
      const started = entries.find(({ message }) => message === 'authorization server started');
      expect(started?.fields['reconcile']).toBe(reconcile === 'off' ? 'off' : undefined);
    }
  });
});
