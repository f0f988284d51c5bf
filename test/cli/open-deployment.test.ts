import { describe, expect, it } from '@jest/globals';
import { openDeployment } from '../../lib/cli/open-deployment.ts';
import { MemoryStore } from '../../lib/storage/memory/memory-store.ts';

const ENV = { DCR_ISSUER: 'https://as.example.com', DCR_ALLOW_MEMORY_STORE: 'true' };

describe('the deployment of a command', () => {
  it('is refused where the store belongs to another issuer', async () => {
    const store = new MemoryStore();
    await store.claim('https://other.example.com');
    await expect(openDeployment(ENV, () => store)).rejects.toThrow(
      'the store belongs to another issuer, https://other.example.com',
    );
  });

  it('claims no store: with a wrong issuer it would lock the server out', async () => {
    const store = new MemoryStore();
    const typo = { ...ENV, DCR_ISSUER: 'https://typo.example.com' };
    await openDeployment(typo, () => store);
    expect(await store.claim('https://as.example.com')).toBe('https://as.example.com');
    await expect(openDeployment(ENV, () => store)).resolves.toMatchObject({ store });
  });
});
