/**
 * A reporter that ends what does not end by itself. Jest limits each test, and nothing else: a file that
 * loops, or waits outside of a test, would hold up the run for good, without a word of which one it is.
 *
 * Jest does not compile reporters, hence JavaScript.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any file needs on a machine that is busy with something else. */
const LIMIT_MS = 10 * 60_000;
const LOOK_EVERY_MS = 10_000;
const WORKER = 'jest-worker/build/processChild.js';

export default class StuckFiles {
  #began = new Map();
  #lastWord = Date.now();
  #isBusy = false;
  #limit;
  #timer;

  constructor(_config, { limitMs = LIMIT_MS } = {}) {
    this.#limit = limitMs;
  }

  onRunStart() {
    this.#timer = setInterval(() => void this.#look(), Math.min(LOOK_EVERY_MS, this.#limit));
    this.#timer.unref();
  }

  onTestFileStart({ path }) {
    this.#lastWord = Date.now();
    this.#began.set(path, this.#lastWord);
  }

  onTestFileResult({ path }) {
    this.#lastWord = Date.now();
    this.#began.delete(path);
  }

  onRunComplete() {
    clearInterval(this.#timer);
  }

  async #look() {
    if (this.#isBusy) return;
    this.#isBusy = true;
    const isOver = (since) => Date.now() - since > this.#limit;
    const stuck = [...this.#began].filter(([, since]) => isOver(since)).map(([path]) => path);
    if (stuck.length > 0) await this.#end(stuck);
    else if (isOver(this.#lastWord)) giveUp('Nothing begins and nothing ends');
    this.#isBusy = false;
  }

  async #end(files) {
    say(`Not over after ${this.#limit / 60_000} minutes: ${files.join(', ')}`);
    // Which of them has the file is not known here. What the other one runs fails with it.
    for (const pid of await workers()) {
      say(await stackOf(pid));
      process.kill(pid, 'SIGKILL');
    }
    await wait(LOOK_EVERY_MS, undefined, { ref: false });
    if (files.some((path) => this.#began.has(path)))
      giveUp('Jest has not seen that its processes ended');
  }
}

/** Jest itself stands still: no outcome is better than none until somebody stops the run. */
function giveUp(reason) {
  say(`${reason}: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}

/** To where Jest's own lines go. */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/** The processes that run test files for this one. */
async function workers() {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (pid) => {
      const [stat, command] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      const parent = /^\d+ \(.*\) \S (\d+) /.exec(stat)?.[1];
      return parent === String(process.pid) && command.includes(WORKER) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Where it is, as far as a debugger can tell: it says nothing of one that waits. */
async function stackOf(pid) {
  const looker = spawn(process.execPath, ['inspect', '-p', String(pid)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  looker.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  looker.stdin.on('error', () => undefined);
  for (const words of ['pause', 'backtrace']) {
    await wait(2_000);
    looker.stdin.write(`${words}\n`);
  }
  await wait(2_000);
  const closed = once(looker, 'close');
  looker.kill('SIGKILL');
  await closed;
  const lines = said.split('\n').filter((line) => !line.includes('//# sourceMappingURL'));
  return `process ${pid}:\n${lines.join('\n')}`;
}
