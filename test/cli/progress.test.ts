import { describe, expect, it } from '@jest/globals';
import { beginProgress, type ProgressPlace } from '../../lib/cli/progress.ts';
import { createClock } from '../support/clock.ts';

function placeOf(isTerminal: boolean) {
  const written: string[] = [];
  const clock = createClock();
  const place: ProgressPlace = {
    isTerminal,
    write: (text) => written.push(text),
    now: clock.now,
  };
  return { place, written, clock };
}

describe('how far a command has come', () => {
  it('is said nowhere but on a terminal', () => {
    const { place, written } = placeOf(false);
    const progress = beginProgress(place, 'clients', 10);
    progress.advance(5);
    progress.end();
    expect(written).toEqual([]);
  });

  it('is one line that is written over, and gone at the end', () => {
    const { place, written, clock } = placeOf(true);
    const progress = beginProgress(place, 'clients', 4);
    progress.advance(1);
    clock.advance(200);
    progress.advance(2);
    progress.end();
    expect(written).toEqual([
      '\r\u001B[2Kclients [########......................] 25 % (1 of 4)',
      '\r\u001B[2Kclients [#######################.......] 75 % (3 of 4)',
      '\r\u001B[2K',
    ]);
    expect(written.join('')).not.toContain('\n');
  });

  it('is not written at every step', () => {
    const { place, written } = placeOf(true);
    const progress = beginProgress(place, 'clients', 1000);
    for (let i = 0; i < 1000; i += 1) progress.advance(1);
    expect(written).toHaveLength(1);
  });

  it.each([
    { total: 0, by: 3, want: '100 % (3 of 3)' },
    { total: 2, by: 3, want: '100 % (3 of 3)' },
  ])('is whole where there turned out to be more: $total, $by', ({ total, by, want }) => {
    const { place, written } = placeOf(true);
    beginProgress(place, 'clients', total).advance(by);
    expect(written[0]).toContain(want);
  });
});
