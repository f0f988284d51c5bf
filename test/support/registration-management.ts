/**
 * What every answer to a registration says about managing it (RFC 7592 §3): to be spread into what is
 * expected of a whole body.
 */
import { expect } from '@jest/globals';

export const REGISTRATION_MANAGEMENT: Readonly<Record<string, unknown>> = {
  registration_client_uri: expect.stringMatching(/^https?:\/\/.+\/oauth\/register\/[0-9a-f-]{36}$/),
  registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
};
