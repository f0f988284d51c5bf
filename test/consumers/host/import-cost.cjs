/** Milliseconds of processor time for what the argument names: what else the machine does is not in it. */
const before = process.cpuUsage();
require(process.argv[2]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
