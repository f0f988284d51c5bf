import { describe, expect, it } from '@jest/globals';
import { describeDestination, destinationOf } from '../../lib/pages/destination.ts';
import { EN } from '../../lib/pages/texts/en.ts';

describe('where a redirect URI leads', () => {
  it.each([
    { uri: 'https://app.example.com/cb?a=1', want: 'app.example.com' },
    { uri: 'https://app.example.com:8443/cb', want: 'app.example.com:8443' },
    { uri: 'https://xn--pple-43d.example/cb', want: 'xn--pple-43d.example' },
    { uri: 'https://app.example.com/@evil.example', want: 'app.example.com' },
    { uri: 'http://localhost:54321/cb', want: 'an app on this computer (localhost)' },
    { uri: 'http://LOCALHOST/cb', want: 'an app on this computer (localhost)' },
    { uri: 'http://127.0.0.1:1/', want: 'an app on this computer (127.0.0.1)' },
    { uri: 'http://[::1]:1/', want: 'an app on this computer ([::1])' },
    { uri: 'https://localhost.evil.example/cb', want: 'localhost.evil.example' },
    {
      uri: 'cursor://accounts.example.com/cb',
      want: 'the app that opens cursor: links on this device',
    },
    {
      uri: 'com.example.app:/cb',
      want: 'the app that opens com.example.app: links on this device',
    },
  ])('$uri: $want', ({ uri, want }) => {
    expect(describeDestination(destinationOf(uri), EN)).toBe(want);
  });
});
