import { describe, expect, it } from '@jest/globals';
import { INTERNET } from '../../lib/outbound/internet.ts';
import { asking, failureOf } from './support.ts';

const { host, get } = asking();

describe('addresses that are not asked (CIMD-01, CIMD-03, REG-21)', () => {
  it.each([
    'http://app.example/c',
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'https://user:secret@app.example/c',
    'https://localhost/c',
    'https://localhost./c',
    'https://db.localhost/c',
    'https://redis/c',
    'not a URL',
  ])('%s is refused without a look at any name service', async (url) => {
    expect(await failureOf(get(url))).toBe('refused');
    expect(host().resolved).toEqual([]);
  });

  it.each([
    'https://127.0.0.1/c',
    'https://[::1]/c',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/c',
    'https://2130706433/c',
    'https://0x7f.1/c',
    'https://[::ffff:127.0.0.1]/c',
    'https://[64:ff9b::7f00:1]/c',
    'https://[fd00::1]/c',
  ])('%s is refused, whatever the notation', async (url) => {
    expect(await failureOf(get(url, { isPublic: INTERNET.isPublic }))).toBe('refused');
    expect(host().resolved).toEqual([]);
  });

  it.each([
    { name: 'loopback', addresses: ['127.0.0.1'] },
    { name: 'a public one and loopback', addresses: ['93.184.215.14', '127.0.0.1'] },
    { name: 'IPv6 loopback alone', addresses: ['::1'] },
    { name: 'a mapped one', addresses: ['::ffff:10.0.0.1'] },
    { name: 'link-local', addresses: ['169.254.169.254'] },
    { name: 'shared address space', addresses: ['100.64.0.1'] },
    { name: 'no address at all', addresses: [] },
  ])('a name that leads to $name is refused, and nothing connects', async ({ addresses }) => {
    const before = host().connections();
    const outside = { resolve: async () => addresses, isPublic: INTERNET.isPublic };
    expect(await failureOf(get(host().url('/c'), outside))).toBe('refused');
    expect(host().connections()).toBe(before);
  });

  it('a name is resolved once, and the connection goes where it led then, not where it leads now', async () => {
    host().json('/c', {});
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const asked: string[] = [];
    const outside = {
      resolve: async (hostname: string) => {
        asked.push(hostname);
        return answers.shift() ?? [];
      },
      isPublic: (address: string) => address === '127.0.0.1',
    };
    await get(host().url('/c'), outside);
    expect(asked).toEqual(['app.example']);
  });

  it('of several addresses one that answers will do', async () => {
    host().json('/c', { a: 1 });
    const resolve = async () => ['::1', '127.0.0.1'];
    expect(await get(host().url('/c'), { resolve })).toMatchObject({ json: { a: 1 } });
  });

  it('no proxy of the environment is asked (CIMD-26)', async () => {
    host().json('/c', { a: 1 });
    const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const kept = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) process.env[name] = 'http://127.0.0.1:9';
    try {
      expect(await get(host().url('/c'))).toMatchObject({ json: { a: 1 } });
    } finally {
      for (const [name, value] of kept) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
});

describe('the internet', () => {
  it('has five seconds to answer', () => {
    expect(INTERNET.deadlineMs).toBe(5000);
  });

  it('says of a name that cannot be resolved in time nothing at all', async () => {
    const stop = new AbortController();
    const asked = failureOf(INTERNET.resolve('nothing.invalid', stop.signal));
    stop.abort();
    expect(await asked).toMatch(/^(away|unknown_host)$/);
  });

  it.each([
    { address: '93.184.215.14', want: true },
    { address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', want: true },
    { address: '192.0.2.1', want: false },
    { address: '198.18.0.1', want: false },
    { address: '240.0.0.1', want: false },
    { address: '0.0.0.0', want: false },
    { address: '224.0.0.1', want: false },
    { address: '2001:db8::1', want: false },
    { address: '2002:7f00:1::', want: false },
    { address: 'fe80::1', want: false },
    { address: 'localhost', want: false },
  ])('$address is out there: $want', ({ address, want }) => {
    expect(INTERNET.isPublic(address)).toBe(want);
  });
});
