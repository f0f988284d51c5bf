import { describe, expect, it } from '@jest/globals';
import { FetchFailedError } from '../../lib/outbound/port.ts';
import { OAuthError } from '../../lib/protocol/errors.ts';
import { loadFailureOf } from '../../lib/services/load-failure.ts';

describe('that nothing was got', () => {
  it.each([
    { name: 'its host says no', error: new FetchFailedError('unusable', ''), want: 'final' },
    {
      name: 'its host may not be asked',
      error: new FetchFailedError('refused', ''),
      want: 'final',
    },
    { name: 'what it says is refused', error: new OAuthError('invalid_scope', ''), want: 'final' },
    { name: 'its host is away', error: new FetchFailedError('away', ''), want: 'passing' },
    { name: 'there is no host', error: new FetchFailedError('unknown_host', ''), want: 'passing' },
    {
      name: 'nobody may ask its host at the moment',
      error: new OAuthError('temporarily_unavailable', ''),
      want: 'ours',
    },
    {
      name: 'who asks has asked too often',
      error: new OAuthError('temporarily_unavailable', '', { status: 429 }),
      want: 'theirs',
    },
    { name: 'something broke', error: new Error(''), want: 'ours' },
  ])('is known to be $want when $name', ({ error, want }) => {
    expect(loadFailureOf(error)).toBe(want);
  });
});
