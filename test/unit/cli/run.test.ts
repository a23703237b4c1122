import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Profile, useCommand, useFolder } from './command.js';
import { foldersLeft, runProgram, runScript, startRun, startScript } from './run-process.js';

useCommand();
const folder = useFolder();
const ana = new Profile(folder());
const password = 'correct-Horse/battery+staple';
const key = '-----BEGIN KEY-----\nAbCdEfGhIjKlMnOp\nQrStUvWxYz012345\n-----END KEY-----\n';

beforeAll(async () => {
  await ana.vault(['init', '--store', ana.store, '--name', 'Ana', '--suite', 'coretex', '--bits', '2048']);
  const add = ['secret', 'add'];
  await ana.vault([...add, 'credentials', 'db', 'username=ana_writes', 'password=@-'], { stdin: password });
  await ana.vault([...add, 'ssh-key', 'host', 'privateKey=@-', 'passphrase=opens-it', 'host=example.org'], {
    stdin: key,
  });
  await ana.vault([...add, 'env', 'service', 'API_TOKEN=tok-12345', 'REGION=eu-1', 'notes=for the service']);
  await ana.vault([...add, 'note', 'with#hash=and', 'text=hash-text']);
  await ana.vault([...add, 'note', 'huge', 'text=@-'], { stdin: 'x'.repeat(200_000) });
});

/** What the child sees, told in a way that masking does not touch: every letter apart. */
const tell = (expression: string): string =>
  `console.log(JSON.stringify([...String(${expression})].map((each) => each.codePointAt(0))))`;
const told = (stdout: string): string => String.fromCodePoint(...(JSON.parse(stdout) as number[]));

describe('secrets for a program', () => {
  it.runIf(process.platform === 'linux')('come as files in memory that only their owner reads', async () => {
    const seen = folder('seen.json');
    const { code, stdout } = await runScript(
      ana,
      ['--secret', 'db=DB_PASSWORD'],
      `const fs = require('fs'), path = process.env.DB_PASSWORD_FILE;
       fs.writeFileSync(${JSON.stringify(seen)}, JSON.stringify({
         path, mode: fs.statSync(path).mode & 0o777, folder: fs.statSync(require('path').dirname(path)).mode & 0o777,
         type: fs.statfsSync(path).type, plain: process.env.DB_PASSWORD ?? null }));
       ${tell("fs.readFileSync(path, 'utf8')")}`,
    );
    expect(code).toBe(0);
    expect(told(stdout)).toBe(password);
    const { path, ...rest } = JSON.parse(readFileSync(seen, 'utf8')) as { path: string };
    expect(rest).toEqual({ mode: 0o600, folder: 0o700, type: 0x0102_1994, plain: null });
    expect(existsSync(path)).toBe(false);
    expect(foldersLeft()).toEqual([]);
  });

  it('come in the environment when asked for, and nothing is written then', async () => {
    const { code, stdout } = await runScript(
      ana,
      ['--env', '--secret', 'db#password=PW', '--secret', 'db#username=USERNAME'],
      tell("process.env.PW + ' ' + process.env.USERNAME + ' ' + process.env.PW_FILE"),
    );
    expect({ code, told: told(stdout) }).toEqual({ code: 0, told: `${password} ana_writes undefined` });
  });

  it('of several concealed fields give one variable each; those of type env name their own', async () => {
    const names = `Object.keys(process.env).filter((name) => /^(KEY|DB|API|REGION|notes)/.test(name)).sort().join()`;
    const several = ['--env', '--secret', 'host=KEY', '--secret', 'service', '--secret', 'db#*=DB'];
    expect(told((await runScript(ana, several, tell(names))).stdout)).toBe(
      'API_TOKEN,DB_PASSWORD,DB_USERNAME,KEY_HOST,KEY_PASSPHRASE,KEY_PRIVATE_KEY,REGION',
    );
    const odd = ['--env', '--secret', 'with#hash=and=NOTE'];
    expect(told((await runScript(ana, odd, tell('process.env.NOTE'))).stdout)).toBe('hash-text');
  });

  it.each([
    ['a secret that is not there', 6, ['--secret', 'none=X']],
    ['a field that is not there', 6, ['--secret', 'db#none=X']],
    ['a project that is not there', 6, ['--project', 'none']],
    ['no variable', 2, ['--secret', 'db']],
    ['a variable that is none', 2, ['--secret', 'db=1X']],
    ['what no environment can hold', 2, ['--env', '--secret', 'huge=X']],
    ['a variable given twice', 2, ['--secret', 'db=X', '--secret', 'service#REGION=X']],
    ['--file without a project', 2, ['--file', 'a']],
  ])('%s: the program is never started', async (_, code, options) => {
    const mark = folder('started');
    const script = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    expect(await runScript(ana, options, script)).toMatchObject({ code, stdout: '' });
    expect(existsSync(mark)).toBe(false);
    expect(foldersLeft()).toEqual([]);
  });

  it('say once that there is no log for a receipt', async () => {
    const { stderr } = await runScript(ana, ['--secret', 'db=X'], '');
    expect(stderr.match(/receipt/g)).toHaveLength(1);
    expect((await runScript(ana, ['--json', '--secret', 'db=X'], '')).stderr).toBe('');
  });

  it('come with the rest of the environment, but for passphrases', async () => {
    const env = { VAULT_PASSPHRASE: 'x', VAULT_NEW_PASSWORD: 'y', VAULT_OTHER: 'kept', OTHER: 'kept too' };
    const script = `console.log(Object.keys(process.env).filter((name) => name in ${JSON.stringify(env)}).sort().join())`;
    expect((await runScript(ana, [], script, env)).stdout).toBe('OTHER,VAULT_OTHER\n');
  });
});

describe('what a program prints', () => {
  it('promise 8: is masked on both streams, in several encodings, however it is cut', async () => {
    const script = `
      const fs = require('fs'), value = fs.readFileSync(process.env.PW_FILE), key = fs.readFileSync(process.env.KEY_FILE, 'utf8');
      const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120);
      for (const encoding of ['utf8', 'base64', 'base64url', 'hex']) console.log('<' + value.toString(encoding) + '>');
      console.error('<' + encodeURIComponent(value) + '>');
      for (const byte of value) { fs.writeSync(1, Buffer.of(byte)); }
      fs.writeSync(1, '\\n' + value.subarray(0, 9)); pause(); fs.writeSync(1, value.subarray(9)); pause();
      fs.writeSync(1, '\\n' + key + '\\n' + key.split('\\n')[1] + '\\nend');`;
    const { code, stdout, stderr } = await runScript(
      ana,
      ['--secret', 'db=PW', '--secret', 'host#privateKey=KEY'],
      script,
    );
    expect(code).toBe(0);
    expect(stdout).toBe(`${'<[masked]>\n'.repeat(4)}[masked]\n[masked]\n[masked]\n[masked]\nend`);
    expect(stderr).toContain('<[masked]>');
    expect(stderr).not.toContain('correct');
  });

  it('appears while the program waits for its input, which is ours', async () => {
    const script = `process.stdout.write('Name: cor'); process.stdin.on('data', (line) => console.log('hello ' + line));`;
    const run = startScript(ana, ['--secret', 'db=PW'], script);
    await run.says('Name: cor');
    run.child.stdin.end('Ada');
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'Name: corhello Ada\n' });
  });

  it('is left as it is with --no-mask', async () => {
    const { stdout } = await runScript(ana, ['--no-mask', '--env', '--secret', 'db=PW'], 'console.log(process.env.PW)');
    expect(stdout).toBe(`${password}\n`);
  });

  it('may be 100 MB to a slow reader, in constant memory', async () => {
    const chunk = `${'some output of the program '.repeat(1_000)}${password}\n`;
    const times = Math.ceil(100_000_000 / chunk.length);
    const script = `
      const fs = require('fs'), chunk = ${JSON.stringify(chunk)}; let left = ${times};
      const more = () => { while (left-- > 0) if (!process.stdout.write(chunk)) return process.stdout.once('drain', more); };
      more();`;
    const child = startRun(ana, ['--secret', 'db=PW', '--', process.execPath, '-e', script]);
    let bytes = 0;
    let masks = 0;
    let peak = 0;
    for await (const piece of child.stdout) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
      bytes += (piece as Buffer).length;
      masks += (piece as Buffer).toString('latin1').split('[masked]').length - 1;
      if (process.platform === 'linux' && child.exitCode === null)
        peak = Math.max(peak, residentBytes(child.pid) || peak);
    }
    // a mask that lies on the border of two pieces is not counted
    expect(times - masks).toBeLessThan(times / 10);
    expect(bytes).toBe(times * (chunk.length - password.length + '[masked]'.length));
    expect(peak).toBeLessThan(250_000_000);
  });

  it('ends when its reader goes away', async () => {
    const child = startRun(ana, ['--secret', 'db=PW', '--', 'sh', '-c', 'yes; exit 7']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.destroy();
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(7);
    expect(foldersLeft()).toEqual([]);
  });

  it('of what it left in the background is not waited for', async () => {
    const child = startRun(ana, ['--secret', 'db=PW', '--', 'sh', '-c', 'sleep 30 & echo $!; exit 3']);
    const background = Number(await new Promise((resolve) => child.stdout.once('data', resolve)));
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(3);
    process.kill(background, 'SIGTERM');
  });
});

const residentBytes = (pid: number | undefined): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    return 0;
  }
};

const listen = (signal: string): string =>
  `process.on('${signal}', () => { console.log('got ${signal}'); process.exit(42); }); setInterval(() => 0, 1000); console.log('ready');`;

describe('signals and the exit code', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const)(
    '%s reaches the program, whose exit code is ours',
    async (signal) => {
      const run = startScript(ana, ['--secret', 'db=PW'], listen(signal));
      await run.says('ready');
      run.child.kill(signal);
      expect(await run.ended).toMatchObject({ code: 42, stdout: `ready\ngot ${signal}\n` });
      expect(foldersLeft()).toEqual([]);
    },
  );

  it('a second signal is passed on like the first', async () => {
    const script = `let times = 0; process.on('SIGTERM', () => { console.log('got ' + ++times); if (times === 3) process.exit(0); });
      setInterval(() => 0, 1000); console.log('ready');`;
    const run = startScript(ana, ['--secret', 'db=PW'], script);
    await run.says('ready');
    for (const each of [1, 2, 3]) {
      run.child.kill('SIGTERM');
      await run.says(`got ${each}`).catch(() => undefined);
    }
    expect(await run.ended).toMatchObject({ code: 0, stdout: 'ready\ngot 1\ngot 2\ngot 3\n' });
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGKILL', 137],
    ['SIGABRT', 134],
  ])('a program that %s ended gives %i', async (signal, code) => {
    expect(await runScript(ana, ['--secret', 'db=PW'], `process.kill(process.pid, '${signal}')`)).toMatchObject({
      code,
    });
    expect(foldersLeft()).toEqual([]);
  });

  it('SIGTERM to us ends the program and leaves nothing', async () => {
    const run = startScript(ana, ['--secret', 'db=PW'], `setInterval(() => 0, 1000); console.log('ready')`);
    await run.says('ready');
    expect(foldersLeft()).toHaveLength(process.platform === 'linux' ? 1 : 0);
    run.child.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: 143 });
    expect(foldersLeft()).toEqual([]);
  });

  it('SIGTERM at any moment ends it, and leaves nothing', async () => {
    for (let delayMs = 250; delayMs < 1_200; delayMs += 95) {
      const run = startScript(ana, ['--secret', 'db=PW'], 'setInterval(() => 0, 1000)');
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      run.child.kill('SIGTERM');
      const { code, signal } = await run.ended;
      expect(code ?? signal).toBeOneOf([143, 'SIGTERM']);
      expect(foldersLeft()).toEqual([]);
    }
  });

  it('what kill -9 leaves is removed by the next run, and nothing of a run that goes on', async () => {
    const script = `setInterval(() => 0, 1000); console.log('ready ' + process.pid)`;
    const killed = startScript(ana, ['--secret', 'db=PW'], script);
    const going = startScript(ana, ['--secret', 'db=PW'], script);
    const orphan = Number(/ready (\d+)/.exec(await killed.says('ready'))?.[1]);
    await going.says('ready');
    killed.child.kill('SIGKILL');
    await killed.ended.finally(() => process.kill(orphan, 'SIGKILL'));
    expect(await runScript(ana, [], '')).toMatchObject({ code: 0 });
    expect(foldersLeft()).toHaveLength(1);
    going.child.kill('SIGTERM');
    await going.ended;
    expect(foldersLeft()).toEqual([]);
  });

  it('a program that is not there gives 127, one that cannot be run 126', async () => {
    const plain = folder('plain');
    writeFileSync(plain, '#!/bin/sh\n', { mode: 0o600 });
    expect(await runProgram(ana, ['--', 'no-such-program-here'])).toMatchObject({ code: 127, stdout: '' });
    expect(await runProgram(ana, ['--secret', 'db=PW', '--', plain])).toMatchObject({ code: 126, stdout: '' });
    const { code, stderr } = await runProgram(ana, ['--json', '--', folder('none')]);
    expect({ code, error: JSON.parse(stderr) as unknown }).toMatchObject({
      code: 127,
      error: { error: { code: 'not-found' } },
    });
    expect(foldersLeft()).toEqual([]);
  });

  it('words after -- are the program’s own', async () => {
    const { stdout } = await runProgram(ana, ['--', 'echo', '--json', '--vault', 'x', '--', '-n']);
    expect(stdout).toBe('--json --vault x -- -n\n');
  });
});
