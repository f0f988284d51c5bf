const { once } = require('node:events');
const { createApp } = require('./app.cjs');
const { flow } = require('./flow.cjs');

async function run() {
  const { ISSUER } = process.env;
  const { app, close } = createApp(ISSUER);
  const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
  await once(listening, 'listening');
  console.log(await flow(ISSUER));
  listening.close();
  await close();
}

void run();
