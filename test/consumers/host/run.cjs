const { once } = require('node:events');
const { RedisStore } = require('express-dcr');
const { createApp } = require('./app.cjs');
const { flow } = require('./flow.cjs');

/** As the environment says: in memory or in Redis, with a logger that the app makes or with none. */
const { REDIS_URL: url, LOGGER } = process.env;
const ignore = () => undefined;
const options = {
  ...(LOGGER && { logger: { debug: ignore, info: ignore, warn: ignore, error: ignore } }),
  ...(url && {
    store: new RedisStore({ url, prefix: 'cjs:', commandTimeoutMs: 60_000 }),
    secret: 'x'.repeat(43),
  }),
};

async function run() {
  const { ISSUER } = process.env;
  const { app, close } = createApp(ISSUER, options);
  const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
  await once(listening, 'listening');
  console.log(await flow(ISSUER));
  listening.close();
  await close();
}

module.exports = run();
