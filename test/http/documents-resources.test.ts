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
