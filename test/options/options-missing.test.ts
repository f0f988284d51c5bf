import { expect, it } from '@jest/globals';
import { createAuthorizationServer } from '../../lib/authorization-server.ts';
import type { AuthorizationServerOptions } from '../../lib/options/options.ts';

it.each([undefined, null])('C100: %s for options names what is missing', (options) => {
  const none = options as unknown as AuthorizationServerOptions;
  expect(() => createAuthorizationServer(none)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError' }),
  );
});
