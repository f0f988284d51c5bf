import { it, expect } from '@jest/globals';
it('x', () => { expect(process.env['TEST_REDIS_URL']).toMatch(/redis/); });
