import { once } from 'node:events';
import { createApp } from './app.mjs';
import { flow } from './flow.cjs';

const { ISSUER } = process.env;
const { app, close } = createApp(ISSUER);
const listening = app.listen(Number(new URL(ISSUER).port), '127.0.0.1');
await once(listening, 'listening');
console.log(await flow(ISSUER));
listening.close();
await close();
