import { expect, it } from '@jest/globals';
import { createSafeLogger } from '../../lib/operations/logger.ts';
import { createLogRecorder } from '../support/log-recorder.ts';

it('what Redis quotes of a command is not in the log (LOG-03)', () => {
  // Redis' own words for a command that it does not know, or that an operator has renamed.
  const message = "ERR unknown command 'GETDEL', with args beginning with: 'a-secret' ";
  const error = Object.assign(new Error(message), { name: 'ReplyError' });
  const { logger, text } = createLogRecorder();
  createSafeLogger(logger).error('request failed', { cause: error });
  expect(text()).toContain('ReplyError');
  expect(text()).not.toContain('a-secret');
});
