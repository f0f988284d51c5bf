/**
 * How much work something is, whatever else the machine is doing.
 *
 * @module
 */

/** What a piece of work gives, and the milliseconds of CPU that this process spent on it. */
export async function withCpuTime<Value>(
  run: () => Value | Promise<Value>,
): Promise<{ readonly value: Value; readonly cpuMs: number }> {
  const before = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(before);
  return { value, cpuMs: (user + system) / 1_000 };
}
