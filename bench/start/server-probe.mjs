/**
 * An app that starts: says where it listens and what the construction of the server cost, then what it
 * has used whenever it is asked. Processor time in microseconds.
 *
 * Argument: JSON with what of `redis` (a URL), `log` and `before` (modules that the app has loaded) there is.
 */
import { once } from 'node:events';

const [, said] = process.argv;
const { redis, log = false, before = [] } = JSON.parse(said);
const used = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const { default: express } = await import('express');
const { createAuthorizationServer, hostLogin, RedisStore } = await import('express-dcr');
for (const name of before) await import(name);
const app = express();
app.get('/nothing', (_req, res) => res.json({}));
const listening = app.listen(0, '127.0.0.1');
await once(listening, 'listening');
const silent = () => undefined;

const from = used();
const server = createAuthorizationServer({
  issuer: `http://localhost:${listening.address().port}`,
  ...(redis && { store: new RedisStore({ url: redis, prefix: `start-${process.pid}:` }) }),
  ...(!log && { logger: { debug: silent, info: silent, warn: silent, error: silent } }),
  secret: 'the-secret-of-a-start-that-nobody-needs-to-guess',
  login: hostLogin({ user: () => undefined, url: '/login' }),
});
const construction = used() - from;

app.use(server.router);
process.on('message', () => process.send(used()));
process.once('disconnect', () => process.exit());
process.send({ origin: `http://127.0.0.1:${listening.address().port}`, construction });
