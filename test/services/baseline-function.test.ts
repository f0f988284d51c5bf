import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  createBaselineHook,
  type BaselineFunction,
  type BaselineFunctionClient,
} from '../../lib/services/baseline-function.ts';
import { createClock, type Clock } from '../support/clock.ts';
import { createLogRecorder, type LogRecorder } from '../support/log-recorder.ts';
import { asking, documented } from '../support/policy-client.ts';

const ELEVEN = Array.from({ length: 11 }, (_, i) => `s${String(i)}`);
const SETTINGS = {
  scopesSupported: ['openid', 'read', 'write', 'admin:all', ...ELEVEN],
  restrictedScopes: ['admin:*'],
};
const CLIENT = asking(['openid'], { client_name: 'App', localized: { 'client_name#fr': 'Appli' } });

/** Nobody but the function's caller looks at it. */
function rejected(): Promise<string[]> {
  return Promise.reject(new Error('a bug of the host'));
}

interface Made {
  readonly hook: ReturnType<typeof createBaselineHook>;
  readonly log: LogRecorder;
  readonly clock: Clock;
}

function make(baseline: unknown, settings = SETTINGS): Made {
  const [log, clock] = [createLogRecorder(), createClock()];
  const deps = { settings, logger: log.logger, now: clock.now };
  return { hook: createBaselineHook(baseline as BaselineFunction, deps), log, clock };
}

describe("the host's function for baseline scopes", () => {
  it.each<{ name: string; answer: unknown; problem: string }>([
    ...[undefined, null, 'read', 7, {}, [7], [['read']]].map((answer, index) => ({
      name: `no list (${String(index)})`,
      answer,
      problem: 'it must return a list',
    })),
    ...[
      { name: 'a promise', answer: Promise.resolve(['read']) },
      { name: 'a promise that fails', answer: rejected() },
      { name: 'what another library takes for a promise', answer: { then: () => undefined } },
    ].map((one) => ({ ...one, problem: 'it must return a list, not a promise of one' })),
    {
      name: 'an unknown scope',
      answer: ['read', 'delete'],
      problem: 'baseline() contains "delete" which is not in scopes_supported',
    },
    {
      name: 'a restricted scope',
      answer: ['admin:all'],
      problem: 'baseline() contains "admin:all" which is restricted',
    },
    {
      name: 'a scope twice',
      answer: ['read', 'read'],
      problem: 'baseline() contains "read" more than once',
    },
    {
      name: 'more than ten',
      answer: [...ELEVEN],
      problem: 'baseline() has 11 entries; at most 10 are allowed',
    },
  ])('adds nothing when it names $name, and the log says why', ({ answer, problem }) => {
    const { hook, log } = make(() => answer);
    expect(hook(CLIENT)).toEqual([]);
    expect(log.entries).toEqual([
      {
        level: 'error',
        message: 'baseline function refused: it adds nothing',
        fields: {
          code: 'ERR_DCR_BASELINE_FUNCTION_FAILED',
          client_id: CLIENT.client_id,
          problems: [problem],
        },
      },
    ]);
  });

  it('does not end the process when what it promised fails later, and is told of once', async () => {
    const { hook, log } = make(async () => rejected());
    for (let i = 0; i < 3; i += 1) expect(hook(CLIENT)).toEqual([]);
    await turn();
    expect(log.entries).toHaveLength(1);
  });

  it('adds nothing when it throws, and the log says that', () => {
    const { hook, log } = make(() => {
      throw new Error('a bug of the host');
    });
    expect(hook(CLIENT)).toEqual([]);
    expect(log.entries).toHaveLength(1);
    expect(JSON.stringify(log.entries)).toContain('a bug of the host');
  });

  it('is told of once in a minute, however many clients come', () => {
    const { hook, log, clock } = make(() => ['delete']);
    for (let i = 0; i < 100; i += 1) hook(CLIENT);
    expect(log.entries).toHaveLength(1);
    clock.advance(60_000);
    hook(CLIENT);
    expect(log.entries).toHaveLength(2);
  });

  it('adds what it names, in its order', () => {
    const { hook, log } = make(() => ['write', 'read']);
    expect(hook(CLIENT)).toEqual(['write', 'read']);
    expect(log.entries).toEqual([]);
  });

  it('sees the client as on the wire, and what it asks for', () => {
    const seen: BaselineFunctionClient[] = [];
    const { hook } = make((client: BaselineFunctionClient) => {
      seen.push(client);
      return [];
    });
    hook(CLIENT);
    hook(documented('https://app.example.com/client.json'));
    expect(seen[0]).toMatchObject({
      client_id: CLIENT.client_id,
      origin: 'registered',
      metadata: { client_name: 'App', 'client_name#fr': 'Appli', scope: 'openid' },
    });
    expect(seen[0]?.metadata).not.toHaveProperty('localized');
    expect(seen[1]).toMatchObject({
      client_id: 'https://app.example.com/client.json',
      origin: 'metadata_document',
    });
    expect(seen[1]?.metadata).not.toHaveProperty('scope');
  });

  it('cannot change the client, nor its own answer later, nor the limits', () => {
    const answer = ['read'];
    const settings = structuredClone(SETTINGS);
    const { hook } = make((client: BaselineFunctionClient) => {
      expect(() => (client.metadata.redirect_uris as string[]).push('x')).toThrow(/extensible/);
      return answer;
    }, settings);
    const client = asking(['openid']);
    const before = structuredClone(client);
    const added = hook(client);
    answer.push('write');
    expect(added).toEqual(['read']);
    expect(client).toEqual(before);
    settings.restrictedScopes.length = 0;
    answer.push('admin:all');
    expect(hook(client)).toEqual([]);
  });
});
