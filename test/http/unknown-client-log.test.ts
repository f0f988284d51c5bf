import { expect, it } from '@jest/globals';
import { createTestApp } from '../support/app.ts';
import { Browser, createPkce } from '../support/flow.ts';

it('the log names the status of a page that was sent (LOG-06)', async () => {
  const { app, log } = createTestApp();
  const before = log.entries.length;
  const { status } = await new Browser(app).authorize('unknown', createPkce());
  expect(status).toBe(400);
  expect(log.entries.slice(before).map(({ fields }) => fields['status'])).toEqual([status]);
});
