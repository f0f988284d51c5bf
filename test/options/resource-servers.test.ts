import { describe, expect, it } from '@jest/globals';
import { optionsFromEnv } from '../../lib/env.ts';
import { ConfigurationError } from '../../lib/options/configuration-error.ts';
import { optionProblems } from '../../lib/options/options-check.ts';

const ISSUER = 'https://auth.example.com';
const SECRET = 'hunter2-hunter2-hunter2-hunter2-';
const GOOD = { id: 'api', secret: SECRET };

function messages(resourceServers: unknown, more: object = {}): string[] {
  return optionProblems({ issuer: ISSUER, resourceServers: resourceServers as never, ...more })
    .filter(({ option }) => option === 'resourceServers')
    .map(({ message }) => message);
}

describe('resourceServers: refused', () => {
  it.each<{ name: string; given: unknown; want: RegExp }>([
    { name: 'no list', given: GOOD, want: /must be a list of at most 100/ },
    { name: 'too many', given: Array(101).fill(GOOD), want: /at most 100/ },
    { name: 'nothing in it', given: [null], want: /\[0\]\.id/ },
    { name: 'no id', given: [{ secret: SECRET }], want: /^\[0\]\.id/ },
    { name: 'an id with a colon', given: [{ ...GOOD, id: 'a:b' }], want: /^\[0\]\.id/ },
    {
      name: 'an id as clients have',
      given: [{ ...GOOD, id: '5d1c5d6e-8c0f-4d1c-9f5e-3c2b1a0f9e8d' }],
      want: /not a UUID/,
    },
    { name: 'no secret', given: [{ id: 'api' }], want: /either secret or secrets/ },
    { name: 'both', given: [{ ...GOOD, secrets: [SECRET] }], want: /either secret or secrets/ },
    { name: 'a short one', given: [{ id: 'api', secret: 'hunter2' }], want: /32 to 512/ },
    { name: 'one with a space', given: [{ id: 'api', secret: `${SECRET} x` }], want: /spaces/ },
    { name: 'none in the list', given: [{ id: 'api', secrets: [] }], want: /either/ },
    { name: 'a short one in it', given: [{ id: 'a', secrets: [SECRET, 'x'] }], want: /32 to/ },
    { name: 'no resource', given: [{ ...GOOD, resources: [] }], want: /leave it out for all/ },
    {
      name: 'a resource that is none',
      given: [{ ...GOOD, resources: ['mcp'] }],
      want: /resources/,
    },
    {
      name: 'a member that is mistyped',
      given: [{ ...GOOD, resource: '/' }],
      want: /nobody knows/,
    },
    { name: 'an id twice', given: [GOOD, GOOD], want: /another id for each/ },
    {
      name: 'a secret that another has too',
      given: [
        GOOD,
        { id: 'third', secret: `${SECRET}3` },
        { id: 'other', secrets: [`${SECRET}2`, SECRET] },
      ],
      want: /^\[0\] and \[2\] have a secret in common$/,
    },
  ])('$name, without repeating a secret', ({ given, want }) => {
    const found = messages(given);
    expect(found.join('\n')).toMatch(want);
    expect(found.join('\n')).not.toContain('hunter2');
  });

  it('the id of a client that is set up here', () => {
    const clients = [{ client_id: 'api' }];
    expect(messages([GOOD], { clients }).join()).toMatch(/must not have the id of a client/);
  });

  it.each(['{}', 'api', '[hunter2'])('from the environment: %s', (value) => {
    const env = { DCR_ISSUER: ISSUER, DCR_RESOURCE_SERVERS: value };
    let thrown: unknown;
    try {
      optionsFromEnv(env);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ConfigurationError);
    const { message } = thrown as ConfigurationError;
    expect(message).toMatch(
      /resourceServers \(DCR_RESOURCE_SERVERS\): is not (a )?JSON( list)? \[ERR_DCR_VARIABLE_INVALID\]$/m,
    );
    expect(message).not.toContain('hunter2');
  });
});

describe('resourceServers: taken', () => {
  it('with one secret or several, and resources as addresses or paths', () => {
    const several = { id: 'other_api.v1~x-', secrets: [`${SECRET}1`, `${SECRET}2`] };
    const resources = ['/mcp', 'https://api.example.com'];
    expect(messages([GOOD, { ...several, resources }])).toEqual([]);
    expect(messages([])).toEqual([]);
  });

  it('from the environment', () => {
    const env = { DCR_ISSUER: ISSUER, DCR_RESOURCE_SERVERS: JSON.stringify([GOOD]) };
    expect(optionsFromEnv(env).resourceServers).toEqual([GOOD]);
  });
});
