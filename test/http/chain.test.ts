import { describe, expect, it } from '@jest/globals';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import request from 'supertest';
import { chain } from '../../lib/http/chain.ts';

const note =
  (text: string): RequestHandler =>
  (_req, res, next) => {
    res.append('x-steps', text);
    next();
  };

const answer: RequestHandler = (_req, res) => {
  res.status(200).send('answered');
};

/** Says what failed. */
const refuse: ErrorRequestHandler = (thrown: Error, _req, res, _next) => {
  res.status(400).send(thrown.message);
};

function get(steps: readonly RequestHandler[], onError = refuse): request.Test {
  const app = express();
  app.use(chain(steps, onError));
  app.use((_req, res) => {
    res.status(404).send('behind');
  });
  const last: ErrorRequestHandler = (thrown: unknown, _req, res, _next) => {
    res.status(500).send(`behind: ${String(thrown)}`);
  };
  app.use(last);
  return request(app).get('/');
}

const failed = new Error('failed');

describe('a chain of steps', () => {
  it('runs them in their order, up to the one that answers', async () => {
    const response = await get([note('a'), note('b'), answer, note('c')]);
    expect(response).toMatchObject({ status: 200, text: 'answered' });
    expect(response.headers['x-steps']).toBe('a, b');
  });

  it('is passed when no step answers', async () => {
    expect(await get([note('a')])).toMatchObject({ status: 404, text: 'behind' });
    expect(await get([])).toMatchObject({ status: 404 });
  });

  it.each<{ name: string; step: RequestHandler }>([
    {
      name: 'throws',
      step: () => {
        throw failed;
      },
    },
    { name: 'rejects', step: () => Promise.reject(failed) },
    { name: 'says so', step: (_req, _res, next) => next(failed) },
    {
      name: 'says so later',
      step: (_req, _res, next) => {
        setImmediate(() => next(failed));
      },
    },
  ])('goes to the answer for errors when a step $name', async ({ step }) => {
    const response = await get([note('a'), step, note('b'), answer]);
    expect(response).toMatchObject({ status: 400, text: 'failed' });
    expect(response.headers['x-steps']).toBe('a');
  });

  it.each([null, undefined, 0, '', 'route'])('takes a thrown %p for a failure', async (thrown) => {
    const throwing: RequestHandler = () => {
      // What middleware of a host may throw.
      throw thrown as unknown;
    };
    const rejecting: RequestHandler = async () => {
      throw thrown as unknown;
    };
    for (const step of [throwing, rejecting]) {
      expect(await get([step, answer])).toMatchObject({
        status: 400,
        text: 'a step threw no error',
      });
    }
  });

  it.each(['route', 'router'])('is left with the word %s', async (word) => {
    const leave: RequestHandler = (_req, _res, next) => next(word);
    expect((await get([leave, answer])).status).toBe(404);
  });

  it('hands on what the answer for errors throws', async () => {
    const broken: ErrorRequestHandler = () => {
      throw new Error('broken');
    };
    const response = await get([() => Promise.reject(failed)], broken);
    expect(response).toMatchObject({ status: 500, text: 'behind: Error: broken' });
  });
});
