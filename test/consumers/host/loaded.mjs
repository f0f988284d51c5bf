import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

/** Imports what the argument names, a program to its end, and lists all the files that were loaded for it. */
register('./loaded-hooks.mjs', import.meta.url);
await import(process.argv[2]);
const required = Object.keys(createRequire(import.meta.url).cache);
const imported = readFileSync(process.env.LOADED, 'utf8').trim().split('\n');
console.log(JSON.stringify([...required, ...imported]));
