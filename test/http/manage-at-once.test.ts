import { expect, it } from '@jest/globals';
import { manage, registered, registrationIn, update } from '../support/management.ts';
import { expectApiError } from './support/expect.ts';
import { createWatchedApp } from './support/watched-app.ts';

it('keeps one of two updates that have read the same client, and tells the other to read again', async () => {
  const { app, store } = createWatchedApp();
  const client = await registered(app);
  store.pair('clients.update');
  const answers = await Promise.all(
    ['One', 'Other'].map((client_name) => update(app, client, { client_name })),
  );
  const [won, lost] = answers.sort((a, b) => a.status - b.status);
  expect(answers.map(({ status }) => status)).toEqual([200, 409]);
  expectApiError(lost!, 409, 'temporarily_unavailable');
  expect(lost!.body).toHaveProperty(
    'error_description',
    'the client was changed at the same time: read it and try again',
  );
  const kept = registrationIn(won!);
  expect((await manage(app, 'get', kept)).body).toEqual(kept);
  // Whoever lost reads, and is not in anybody's way any more.
  const again = registrationIn(await update(app, kept, { client_name: 'Both' }));
  expect((await manage(app, 'get', again)).body).toHaveProperty('client_name', 'Both');
});
