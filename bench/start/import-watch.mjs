/**
 * A process that loads a module and says what else happened meanwhile: an import is no place to work in.
 *
 * Arguments: `esm` or `cjs`, and the name of the module.
 */
import childProcess from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

/** What Node reads to find and load modules. */
const MODULE = /(?:\.(?:[cm]?js|json|node)|\/node_modules)$/;

const [, kind, name] = process.argv;
const require = createRequire(import.meta.url);
const { setImmediate: soon } = globalThis;
const done = [];
// Node opens a stream of the process when it is first looked at, and `debug`, which Express brings,
// looks whether standard error is a terminal: a pipe, for one, is then a resource.
for (const own of [process.stdout, process.stderr]) void own.writable;
const before = snapshot();
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) watch(globalThis, name);
for (const name of ['spawn', 'spawnSync', 'exec', 'execFile', 'fork']) watch(childProcess, name);
for (const name of ['lookup', 'resolve']) watch(dns, name);
for (const name of ['connect', 'createConnection', 'createServer']) watch(net, name);
for (const name of [
  'writeFileSync',
  'writeFile',
  'appendFileSync',
  'mkdirSync',
  'mkdir',
  'watch',
]) {
  watch(fs, name);
}
for (const name of ['readFileSync', 'readFile', 'openSync', 'open', 'readdirSync', 'readdir']) {
  watch(fs, name, (path) => !MODULE.test(String(path)));
}
for (const name of ['readFile', 'open', 'readdir', 'writeFile']) {
  watch(fs.promises, name, (path) => !MODULE.test(String(path)));
}
watch(workerThreads, 'Worker');
syncBuiltinESMExports();

await (kind === 'cjs' ? require(name) : import(name));
// What Node itself read modules with is closed by then.
await new Promise((resolve) => soon(resolve));
const after = snapshot();
for (const name of Object.keys(after)) {
  const more = after[name].filter((one) => !before[name].includes(one));
  if (more.length > 0) done.push(`${name}: ${more.join(', ')}`);
}
console.log(JSON.stringify(done));

function watch(owner, name, counts = () => true) {
  const original = owner[name];
  owner[name] = function watched(...args) {
    if (counts(...args)) done.push(`${name}(${args.map(short).join(', ')})`);
    return new.target ? new original(...args) : original.apply(this, args);
  };
}

function short(value) {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value;
}

function snapshot() {
  return {
    resources: process.getActiveResourcesInfo(),
    listeners: process.eventNames().map(String),
    globals: Object.getOwnPropertyNames(globalThis),
    environment: Object.entries(process.env).map((entry) => entry.join('=')),
  };
}
