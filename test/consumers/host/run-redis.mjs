import { once } from 'node:events';
import { Redis as Redis5 } from 'ioredis-5';
import { Redis as Redis6 } from 'ioredis';
import { RedisStore } from 'express-dcr';
import { createApp } from './app.mjs';
import { flow } from './flow.cjs';

/** On a client of the app's own, of the version that the first argument names. */
const { ISSUER, REDIS_URL } = process.env;
const client = new { 5: Redis5, 6: Redis6 }[process.argv[2]](REDIS_URL);
const store = new RedisStore({
  client,
  prefix: `ioredis-${process.argv[2]}:`,
  commandTimeoutMs: 60_000,
});
const { app, close } = createApp(ISSUER, { store, secret: 'x'.repeat(43) });
const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
await once(listening, 'listening');
console.log(await flow(ISSUER));
listening.close();
await close();
await client.quit();
