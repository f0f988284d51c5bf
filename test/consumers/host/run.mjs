import { once } from 'node:events';
import { RedisStore } from 'express-dcr';
import { createApp } from './app.mjs';
import { flow } from './flow.cjs';

/** As the environment says: in memory or in Redis, with a logger that the app makes or with none. */
const { REDIS_URL: url, LOGGER } = process.env;
const ignore = () => undefined;
const options = {
  ...(LOGGER && { logger: { debug: ignore, info: ignore, warn: ignore, error: ignore } }),
  ...(url && {
    store: new RedisStore({ url, prefix: 'mjs:', commandTimeoutMs: 60_000 }),
    secret: 'x'.repeat(43),
  }),
};

const { ISSUER } = process.env;
const { app, close } = createApp(ISSUER, options);
const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
await once(listening, 'listening');
console.log(await flow(ISSUER));
listening.close();
await close();
