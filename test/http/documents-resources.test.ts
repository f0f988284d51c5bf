import { describe, expect, it } from '@jest/globals';
import { createTestApp, ISSUER } from '../support/app.ts';
import { send } from './support/send.ts';

const PRM = '/.well-known/oauth-protected-resource';
const ELSEWHERE = 'https://api.elsewhere.example';

/** Which resource the document at a path is about; the status when there is none. */
async function describedAt(path: string, resources: readonly string[]): Promise<unknown> {
  const { app } = createTestApp({ options: { resources } });
  app.use((_req, res) => {
    res.status(404).json({ resource: 'none: the host answers' });
  });
  const { body } = await send(app, 'GET', path);
  return (body as { resource: unknown }).resource;
}

const NONE = 'none: the host answers';

describe('a resource at another origin', () => {
  it.each([
    { resources: [`${ELSEWHERE}/mcp`, '/mcp'], path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    { resources: ['/mcp', `${ELSEWHERE}/mcp`], path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    // The host names its own one only where it mounts the route.
    { resources: [`${ELSEWHERE}/mcp`], path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    { resources: [`${ELSEWHERE}/mcp`, '/mcp/'], path: `${PRM}/mcp`, want: `${ISSUER}/mcp/` },
    { resources: [`${ELSEWHERE}/mcp`, '/mcp/'], path: `${PRM}/mcp/`, want: `${ISSUER}/mcp/` },
    { resources: [`${ELSEWHERE}/mcp/`, '/mcp'], path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    { resources: [`${ISSUER}:8443/mcp`, '/mcp'], path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    {
      resources: ['http://auth.example.com/mcp', '/mcp'],
      path: `${PRM}/mcp`,
      want: `${ISSUER}/mcp`,
    },
    {
      resources: [`${ELSEWHERE}/mcp?tenant=a`, '/mcp?tenant=a'],
      path: `${PRM}/mcp?tenant=a`,
      want: `${ISSUER}/mcp?tenant=a`,
    },
    { resources: [ELSEWHERE, ISSUER], path: PRM, want: ISSUER },
  ])('never answers in place of ours: $path with $resources', async ({ resources, path, want }) => {
    expect(await describedAt(path, resources)).toBe(want);
  });

  it.each([
    { resources: [`${ELSEWHERE}/`, '/mcp'] },
    { resources: ['/mcp', ELSEWHERE] },
    { resources: [`${ELSEWHERE}/?tenant=a`, '/mcp'] },
    { resources: [ELSEWHERE, '/mcp', '/other'] },
  ])('does not take the bare path: $resources', async ({ resources }) => {
    expect(await describedAt(PRM, resources)).toBe(NONE);
    expect(await describedAt(`${PRM}?tenant=a`, resources)).toBe(NONE);
    expect(await describedAt(`${PRM}/mcp`, resources)).toBe(`${ISSUER}/mcp`);
  });

  it('is described where no own one is', async () => {
    expect(await describedAt(`${PRM}/api`, [`${ELSEWHERE}/api`])).toBe(`${ELSEWHERE}/api`);
  });
});

describe('a resource that ends with a slash', () => {
  it.each(['/api/', '/a/b/', '/api%2F/'])(
    '%s is described with and without it',
    async (resource) => {
      const path = `${PRM}${resource}`;
      expect(await describedAt(path, [resource])).toBe(`${ISSUER}${resource}`);
      expect(await describedAt(path.slice(0, -1), [resource])).toBe(`${ISSUER}${resource}`);
    },
  );

  it.each(['/api/?tenant=a', '/a/b/?tenant=a&x=/'])(
    '%s, before its query, is described with and without it',
    async (resource) => {
      const want = `${ISSUER}${resource}`;
      expect(await describedAt(`${PRM}${resource}`, [resource])).toBe(want);
      expect(await describedAt(`${PRM}${resource.replace('/?', '?')}`, [resource])).toBe(want);
    },
  );

  it.each([`${PRM}/api//?tenant=a`, `${PRM}/api/?tenant=b`, `${PRM}/api?tenant=b`, `${PRM}/api`])(
    'before its query is not described at %s',
    async (path) => {
      expect(await describedAt(path, ['/api/?tenant=a'])).toBe(NONE);
    },
  );

  it.each([
    { path: `${PRM}/api?tenant=a`, want: `${ISSUER}/api?tenant=a` },
    { path: `${PRM}/api/?tenant=a`, want: `${ISSUER}/api/?tenant=a` },
  ])('before its query leaves the path to the one without: $path', async ({ path, want }) => {
    const resources = ['/api/?tenant=a', '/api?tenant=a'];
    expect(await describedAt(path, resources)).toBe(want);
    expect(await describedAt(path, resources.toReversed())).toBe(want);
  });

  it('is not described with two', async () => {
    expect(await describedAt(`${PRM}/api//`, ['/api/'])).toBe(NONE);
  });

  it('is not what a resource without one is', async () => {
    expect(await describedAt(`${PRM}/api/`, ['/api'])).toBe(NONE);
  });
});

describe('a resource with a query', () => {
  const resources = ['/mcp?tenant=a', '/mcp?tenant=b', '/mcp'];

  it.each([
    { path: `${PRM}/mcp?tenant=a`, want: `${ISSUER}/mcp?tenant=a` },
    { path: `${PRM}/mcp?tenant=b`, want: `${ISSUER}/mcp?tenant=b` },
    { path: `${PRM}/mcp`, want: `${ISSUER}/mcp` },
    { path: `${PRM}/mcp?tenant=c`, want: `${ISSUER}/mcp` },
    { path: `${PRM}/mcp?`, want: `${ISSUER}/mcp` },
    { path: `${PRM}/mcp/?tenant=a`, want: NONE },
  ])('is told from others: $path is about $want', async ({ path, want }) => {
    expect(await describedAt(path, resources)).toBe(want);
  });

  it('is not described without it', async () => {
    expect(await describedAt(`${PRM}/api`, ['/api?tenant=a'])).toBe(NONE);
  });

  it.each([`${PRM}/mcp`, '/.well-known/oauth-authorization-server'])(
    'has no part in %s, whatever its query says',
    async (path) => {
      const { app } = createTestApp();
      const plain = await send(app, 'GET', path);
      expect((await send(app, 'GET', `${path}?cache=1&x=/`)).text).toBe(plain.text);
    },
  );
});
