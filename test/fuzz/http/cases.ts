/**
 * What is sent: requests, spoiled, in one piece or in many, one after the other or all at once.
 *
 * @module
 */
import type { Random } from '../../faults/support/random.ts';
import { anyRequest, written } from './parts.ts';
import { SPOILS, spoiledBytes } from './spoil.ts';
import type { Case } from './wire.ts';

const MAX_CHUNKS = 12;

function anyText(random: Random): string {
  let parts = anyRequest(random);
  for (let left = random.pick([0, 1, 1, 1, 2, 3]); left > 0; left -= 1)
    parts = random.pick(SPOILS)(parts, random);
  const text = written(parts);
  return random.chance(0.25) ? spoiledBytes(text, random) : text;
}

/** In pieces of no particular size. */
function inPieces(text: string, random: Random): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest !== '' && pieces.length < MAX_CHUNKS - 1) {
    const size = random.between(1, Math.max(1, Math.floor(text.length / 4)));
    pieces.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return rest === '' ? pieces : [...pieces, rest];
}

export function anyCase(random: Random): Case {
  const count = random.chance(0.2) ? random.between(2, 12) : 1;
  const text = Array.from({ length: count }, () => anyText(random)).join('');
  const isSlow = random.chance(0.1);
  return {
    chunks: isSlow ? inPieces(text, random) : [text],
    pauseMs: isSlow ? random.pick([1, 5, 20]) : 0,
    end: random.pick(['open', 'half', 'half', 'half', 'half', 'half', 'half', 'cut']),
  };
}
