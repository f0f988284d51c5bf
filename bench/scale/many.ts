/**
 * Many of the same, so many on the way at a time.
 *
 * @module
 */
const AT_ONCE = 400;

export async function forEach<Value>(
  values: Iterable<Value>,
  work: (value: Value) => Promise<unknown>,
): Promise<void> {
  // All of them take from the same: whoever is done takes the next.
  const left = values[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** From 0 on. */
export function* numbers(count: number): Generator<number, void> {
  for (let nth = 0; nth < count; nth += 1) yield nth;
}
