/**
 * A process that loads one module after the other, and says what each cost: processor time in
 * microseconds, for what else the machine does is not in it. JavaScript, so that nothing is compiled here.
 *
 * Arguments: `esm` or `cjs`, and the names of the modules.
 */
import { createRequire } from 'node:module';

const [, kind, ...names] = process.argv;
const require = createRequire(import.meta.url);
const costs = [];
for (const name of names) {
  const before = process.cpuUsage();
  if (kind === 'cjs') require(name);
  else await import(name);
  const { user, system } = process.cpuUsage(before);
  costs.push(user + system);
}
console.log(JSON.stringify(costs));
process.exit();
