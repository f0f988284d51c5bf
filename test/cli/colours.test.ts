import { describe, expect, it } from '@jest/globals';
import { painter } from '../../lib/cli/colours.ts';

describe('colours of the command line', () => {
  it.each([
    { name: 'a file or a program', isTerminal: false, env: {} },
    { name: 'a file, whatever is asked for', isTerminal: false, env: { FORCE_COLOR: '1' } },
    { name: 'a terminal of somebody who wants none', isTerminal: true, env: { NO_COLOR: '1' } },
    { name: 'a terminal that has none', isTerminal: true, env: { TERM: 'dumb' } },
  ])('are not for $name', ({ isTerminal, env }) => {
    expect(painter({ isTerminal, env })('red', 'text')).toBe('text');
  });

  it.each([
    { name: 'a terminal', env: { TERM: 'xterm' } },
    { name: 'a terminal, where nothing is said against them', env: { NO_COLOR: '' } },
  ])('are for $name, and end with the text', ({ env }) => {
    const painted = painter({ isTerminal: true, env })('red', 'text');
    expect(painted).toBe('\u001B[31mtext\u001B[39m');
  });
});
