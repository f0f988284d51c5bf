import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createTestApp, type TestApp } from '../support/app.ts';
import { obtainTokens } from '../support/flow.ts';
import type { RateLimitOptions } from '../../lib/options/rate-limits.ts';
import {
  authorizeAs,
  few,
  from,
  onlyLimits,
  registerAs,
  statuses,
  times,
} from './support/limits.ts';

function createLimitedApp(limits: RateLimitOptions, trust?: unknown): TestApp {
  const made = createTestApp({
    options: { baselineClientScopes: ['offline_access'], rateLimits: onlyLimits(limits) },
  });
  if (trust !== undefined) made.app.set('trust proxy', trust);
  return made;
}

const PROXY_OFF =
  /^a request came with X-Forwarded-For while trust proxy is off: .*app\.set\('trust proxy', 1\)$/;
const PROXY_ANY =
  /^trust proxy is true, so every caller can choose its address .*app\.set\('trust proxy', 1\)$/;

/** What was warned of about proxies. */
function warnings({ log }: TestApp): string[] {
  return log
    .at('warn')
    .flatMap(({ message }) => (message.includes('trust proxy') ? [message] : []));
}

const HEADERS = [
  'X-Forwarded-For',
  'X-Real-IP',
  'X-Client-IP',
  'CF-Connecting-IP',
  'True-Client-IP',
  'Fastly-Client-IP',
  'X-Cluster-Client-IP',
  'Forwarded',
];

describe('whose requests count together', () => {
  it('is not for a caller to say, without a proxy (ABUSE-03)', async () => {
    const made = createLimitedApp({ register: few(5) });
    const answers = await times(100, (i) => {
      const address = `203.0.113.${String(i)}`;
      const spoofed = HEADERS.map((name) => [
        name,
        name === 'Forwarded' ? `for=${address}` : address,
      ]);
      return registerAs(made.app, Object.fromEntries(spoofed) as Record<string, string>);
    });
    expect(statuses(answers)).toEqual([...Array(5).fill(201), ...Array(95).fill(429)]);
    expect(warnings(made)).toEqual([expect.stringMatching(PROXY_OFF)]);
  });

  it('is not for a caller to say, behind one proxy (ABUSE-03)', async () => {
    const made = createLimitedApp({ register: few(5) }, 1);
    const spoofed = (i: number, real: string): Promise<{ status: number }> =>
      registerAs(made.app, from(`198.51.100.${String(i)}, ${real}`));
    for (let i = 0; i < 5; i += 1) expect((await spoofed(i, '203.0.113.7')).status).toBe(201);
    expect((await spoofed(6, '203.0.113.7')).status).toBe(429);
    expect((await spoofed(6, '::ffff:203.0.113.7')).status).toBe(429);
    expect((await spoofed(6, '203.0.113.8')).status).toBe(201);
    expect(warnings(made)).toEqual([]);
  });

  it.each([
    { name: 'one /64', addresses: ['2001:db8:1:2::1', '2001:db8:1:2:ffff::2'], want: 429 },
    { name: 'two /64', addresses: ['2001:db8:1:2::1', '2001:db8:1:3::1'], want: 201 },
    {
      name: 'IPv4, also when it is mapped',
      addresses: ['192.0.2.1', '::ffff:192.0.2.1'],
      want: 429,
    },
    { name: 'an address with a port', addresses: ['192.0.2.1:80', '192.0.2.1:81'], want: 429 },
    { name: 'neighbours', addresses: ['192.0.2.1', '192.0.2.2'], want: 201 },
    // What is not an address counts as the proxy that wrote it.
    { name: 'no addresses', addresses: ['unknown', '<script>'], want: 429 },
    { name: 'no address, and the proxy itself', addresses: ['_hidden', '127.0.0.1'], want: 429 },
  ])('is the network: $name', async ({ addresses, want }) => {
    const { app, log } = createLimitedApp({ register: few(1) }, 1);
    const [first = '', second = ''] = addresses;
    expect((await registerAs(app, from(first))).status).toBe(201);
    expect((await registerAs(app, from(second))).status).toBe(want);
    expect(log.at('error')).toEqual([]);
  });

  it('is one for all who have no address at all', async () => {
    const { app } = createLimitedApp({ register: few(1) });
    const host = express().use((req, _res, next) => {
      Object.defineProperty(req, 'ip', { value: undefined });
      Object.defineProperty(req.socket, 'remoteAddress', { value: undefined });
      next();
    }, app);
    expect(statuses(await times(2, () => registerAs(host)))).toEqual([201, 429]);
    expect((await registerAs(app)).status).toBe(201);
  });

  it('is known in an app that is mounted in another one, which trusts the proxy', async () => {
    const made = createLimitedApp({ register: few(1) });
    const host = express().set('trust proxy', 1).use(made.app);
    expect((await registerAs(host, from('192.0.2.1'))).status).toBe(201);
    expect((await registerAs(host, from('192.0.2.2'))).status).toBe(201);
    expect((await registerAs(host, from('192.0.2.1'))).status).toBe(429);
    expect(warnings(made)).toEqual([]);
  });
});

describe('who has many networks', () => {
  const SITES = [
    { name: 'a /48', address: (i: number) => `2001:db8:1:${i.toString(16)}::1` },
    { name: 'a /24', address: (i: number) => `203.0.113.${String(i)}` },
  ];
  const OTHERS = ['2001:db8:2:1::1', '203.0.114.1'];

  it.each(SITES)('may register five times as often with $name, and no more', async (site) => {
    const limits = { register: few(2), registerTotal: few(12) };
    const made = createLimitedApp(limits, 1);
    const answers = await times(60, (i) => registerAs(made.app, from(site.address(i % 30))));
    expect(statuses(answers)).toEqual([...Array(10).fill(201), ...Array(50).fill(429)]);
    // They have not used up what is there for all.
    for (const address of OTHERS) {
      expect((await registerAs(made.app, from(address))).status).toBe(201);
    }
    expect(made.log.text()).not.toContain('limit for all callers reached');
    expect(made.log.text()).toContain('register-site');
  });

  it.each(SITES)('may begin five times as many logins with $name', async ({ address }) => {
    const { app } = createLimitedApp({ authorize: few(1) }, 1);
    const answers = await times(7, (i) => authorizeAs(app, 'stranger', from(address(i))));
    expect(statuses(answers)).toEqual([...Array(5).fill(400), 429, 429]);
    expect(answers[6]?.headers['ratelimit-policy']).toBe('"authorize-site";q=5;w=3600');
    for (const other of OTHERS) {
      expect((await authorizeAs(app, 'stranger', from(other))).status).toBe(400);
    }
  });
});

describe('the warning about proxies', () => {
  it.each([undefined, false, 0])('comes once, when trust proxy is %s', async (trust) => {
    const made = createLimitedApp({ register: few(9), authorize: few(9) }, trust);
    await registerAs(made.app);
    expect(warnings(made)).toEqual([]);
    await times(3, () => registerAs(made.app, from('203.0.113.7')));
    await authorizeAs(made.app, 'stranger', from('203.0.113.7'));
    expect(warnings(made)).toEqual([expect.stringMatching(PROXY_OFF)]);
    expect(made.log.text()).not.toContain('203.0.113');
  });

  it('comes once when trust proxy is true, for then each caller names its own address', async () => {
    const made = createLimitedApp({ register: few(1) }, true);
    expect((await registerAs(made.app, from('192.0.2.1, 10.0.0.1'))).status).toBe(201);
    expect((await registerAs(made.app, from('192.0.2.2, 10.0.0.1'))).status).toBe(201);
    expect((await registerAs(made.app, from('192.0.2.1, 10.0.0.1'))).status).toBe(429);
    expect(warnings(made)).toEqual([expect.stringMatching(PROXY_ANY)]);
  });

  it.each([1, 2, 'loopback', '10.0.0.0/8', () => true])(
    'does not come when trust proxy is %s',
    async (trust) => {
      const made = createLimitedApp({ register: few(9) }, trust);
      await registerAs(made.app, from('203.0.113.7'));
      expect(warnings(made)).toEqual([]);
    },
  );

  it('does not come when no limit is ours', async () => {
    const made = createLimitedApp({});
    await registerAs(made.app, from('203.0.113.7'));
    expect(warnings(made)).toEqual([]);
  });
});

describe('networks that are exempt', () => {
  const exempt = ['160.79.104.0/21', '2001:db8:aaaa::/48'];

  it('are never refused, whoever else is (ABUSE-05)', async () => {
    const limits = { register: few(3), registerTotal: few(10), authorize: few(3), token: few(3) };
    const { app } = createLimitedApp({ ...limits, exempt }, 1);
    const junk = await Promise.all(
      Array.from({ length: 200 }, (_, i) => registerAs(app, from(`203.0.113.${String(i)}`))),
    );
    expect(statuses(junk).filter((status) => status === 201)).toHaveLength(10);
    const hosts = ['160.79.104.10', '160.79.111.255', '::ffff:160.79.104.10', '2001:db8:aaaa:1::1'];
    for (const host of hosts) {
      const shared = express();
      shared.set('trust proxy', 1);
      shared.use((req, _res, next) => {
        req.headers['x-forwarded-for'] = host;
        next();
      }, app);
      for (let i = 0; i < 10; i += 1) {
        const { access_token } = await obtainTokens(shared, 'openid');
        expect(access_token).toEqual(expect.any(String));
      }
    }
  });

  it('are told nothing of limits, and end where they end', async () => {
    const { app } = createLimitedApp({ register: few(1), exempt }, 1);
    expect((await registerAs(app, from('160.79.104.10'))).headers).not.toHaveProperty('ratelimit');
    for (const outside of ['160.79.103.255', '160.79.112.0', '2001:db8:aaab::1']) {
      expect(statuses(await times(2, () => registerAs(app, from(outside))))).toEqual([201, 429]);
    }
  });
});

describe('a whole login behind one address', () => {
  it('fits the limits of the product many times over (ABUSE-05)', async () => {
    const { app } = createTestApp({
      options: { rateLimits: {}, baselineClientScopes: ['offline_access'] },
    });
    for (let i = 0; i < 40; i += 1) {
      const { refresh_token } = await obtainTokens(app, 'openid offline_access');
      expect(refresh_token).toEqual(expect.any(String));
    }
  });
});
