/**
 * The files of the library that are imported on their own: all of it together has limiters for a dozen
 * databases, and takes as long to load as everything else that counting needs. Its types know one file.
 *
 * @see https://github.com/animir/node-rate-limiter-flexible#import
 * @module
 */
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  export { RateLimiterMemory as default } from 'rate-limiter-flexible';
}
declare module 'rate-limiter-flexible/lib/RateLimiterRedis.js' {
  export { RateLimiterRedis as default } from 'rate-limiter-flexible';
}
