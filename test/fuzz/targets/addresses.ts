/** What an operator configures as an address: issuer, resource, provider, path; in the text as it is. */
import assert from 'node:assert/strict';
import { pathMessages } from '../../../lib/options/paths-check.ts';
import {
  issuerPath,
  issuerProblem,
  wellKnownPath,
  wellKnownUrl,
} from '../../../lib/protocol/issuer.ts';
import {
  comparableResource,
  findResource,
  resolveResource,
} from '../../../lib/protocol/resource.ts';
import { configuredAddressProblem, namedAddressProblem } from '../../../lib/upstream/address.ts';
import { isOnTheInternet } from '../../properties/host-oracle.ts';
import type { Target } from '../engine/target.ts';

const ADDRESSES = [
  'https://auth.example.com',
  'https://auth.example.com/a/b.c~d',
  'https://auth.example.com/',
  'https://AUTH.example.com:443',
  'http://localhost:3000/auth',
  'http://127.0.0.1',
  'http://[::1]:8080/x',
  'https://[::ffff:10.0.0.1]/',
  'https://user:pw@auth.example.com',
  'https://auth.example.com/.well-known/x',
  'https://auth.example.com/a(b):c',
  'https://auth.example.com?x=1#y',
  'https://10.0.0.1/mcp?x=1',
  '/mcp',
  '//evil.example/mcp',
  '/oauth/../token',
  'https://auth.example.com/a/%2e%2e/b',
];

export const issuer: Target = {
  name: 'issuer',
  seeds: ADDRESSES,
  run(input) {
    const isPath = pathMessages({ paths: { token: input } }).length === 0;
    if (isPath) {
      assert.equal(new URL(input, 'https://a.example').href, `https://a.example${input}`);
    }
    const problem = issuerProblem(input);
    if (problem !== undefined) {
      assert.notEqual(problem, '');
      return;
    }
    const { protocol, origin, hostname, href } = new URL(input);
    assert.ok([input, `${input}/`].includes(href), 'an issuer that is read otherwise');
    assert.ok(protocol === 'https:' || /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname));
    assert.equal(`${origin}${issuerPath(input)}`, input);
    const name = 'oauth-authorization-server';
    assert.equal(wellKnownUrl(name, input), `${origin}${wellKnownPath(name, input)}`);
    assert.equal(wellKnownUrl(name, input).replace(`/.well-known/${name}`, ''), input);
  },
};

export const resource: Target = {
  name: 'resource',
  seeds: ADDRESSES,
  run(input) {
    const comparable = comparableResource(input);
    if (comparable !== undefined) {
      assert.equal(findResource(input, [input]), input);
      const [there, here] = [new URL(input), new URL(comparable)];
      assert.deepEqual([here.origin, here.search], [there.origin, there.search]);
      assert.deepEqual([there.username, there.hash], ['', '']);
      const paths = [here.pathname, `${here.pathname}/`];
      assert.ok(paths.includes(there.pathname), 'another path');
    }
    const own = 'https://auth.example.com/mcp';
    if (findResource(input, [own]) !== undefined)
      assert.equal(new URL(input).href.replace(/\/$/, ''), own);
    try {
      const resolved = resolveResource(input, 'https://auth.example.com');
      const start = input.startsWith('/') ? 'https://auth.example.com/' : input;
      assert.ok(resolved.startsWith(start), 'a path that leads to another host');
      assert.equal(new URL(resolved).origin, new URL(start).origin);
    } catch (thrown) {
      if (!(thrown instanceof TypeError)) throw thrown;
      assert.ok(!input.includes('@') || !thrown.message.includes('@'), 'user info is repeated');
    }
  },
};

export const providerAddress: Target = {
  name: 'provider-address',
  seeds: ADDRESSES,
  run(input) {
    const issuers = ['https://idp.example.com', 'http://localhost:9000', 'https://idp.internal'];
    const problem = configuredAddressProblem(input);
    for (const from of issuers.map((one) => new URL(one))) {
      if (namedAddressProblem(input, from) !== undefined) continue;
      assert.equal(problem, undefined);
      const { protocol, username, hash, hostname } = new URL(input);
      assert.deepEqual([username, hash], ['', '']);
      if (from.protocol === 'https:') assert.equal(protocol, 'https:');
      // From out on the internet nobody is sent into a network of his own.
      if (from.hostname === 'idp.example.com') assert.ok(isOnTheInternet(hostname), 'inside');
    }
  },
};
