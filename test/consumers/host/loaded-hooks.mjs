import { appendFileSync } from 'node:fs';

/** Hooks run in a thread of their own, so what they see goes into a file. */
export function load(url, context, next) {
  appendFileSync(process.env.LOADED, `${url}\n`);
  return next(url, context);
}
