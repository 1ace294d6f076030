import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { program } from '../../packages/server/src/cli/program.js';
import { runGrantor } from '../kit/grantor-process.js';

/** A command and all below it, each with the words that are typed for it. */
function commandsIn(command: Command, words: readonly string[]): { words: string; command: Command }[] {
  return [
    { words: words.join(' '), command },
    ...command.commands.flatMap((below) => commandsIn(below, [...words, below.name()])),
  ];
}

const commands = commandsIn(program, ['grantor']);

function helpOf(command: Command): string {
  const written: string[] = [];
  command.configureOutput({ writeOut: (text) => void written.push(text) });
  command.outputHelp();
  return written.join('');
}

describe('the help of each command', () => {
  it.each(commands)('shows an example: $words --help', ({ words, command }) => {
    const [, examples = ''] = /^Examples?:\n((?: {2}.*\n)+)/m.exec(helpOf(command)) ?? [];
    expect(examples.split('\n')[0]).toContain(words);
  });

  it('has examples with existing options only', () => {
    for (const { command, words } of commands) {
      const [, examples = ''] = /^Examples?:\n((?: {2}.*\n)+)/m.exec(helpOf(command)) ?? [];
      for (const line of examples.trim().split('\n')) {
        const [typed = ''] = /grantor .*$/.exec(line) ?? [];
        const [meant] = commands
          .filter(({ words: other }) => typed === other || typed.startsWith(`${other} `))
          .toSorted((one, other) => other.words.length - one.words.length);
        const known = meant?.command.options.map(({ long }) => long) ?? [];
        const [own = ''] = typed.split(/ [|>#] /);
        const used = [...own.matchAll(/(?<= )--[a-z-]+/g)].map(([option]) => option);
        expect(
          used.filter((option) => option !== '--help' && !known.includes(option)),
          `${words}: ${line}`,
        ).toEqual([]);
      }
    }
  });

  it('is named in docs/command-line.md', () => {
    const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    for (const { words, command } of commands.slice(1)) {
      const [, group = '', name = group] = words.split(' ');
      const rows = page.split('\n').filter((line) => line.includes(`\`grantor ${group}`));
      expect(rows.join('\n'), words).toContain(name);
      expect(command.description()).not.toBe('');
    }
  });
});

describe('an unknown command', () => {
  it.each([
    [['client', 'list'], "unknown command 'client'", 'clients'],
    [['scope-request'], "unknown command 'scope-request'", 'scope-requests'],
    [['clients', 'lst'], "unknown command 'lst'", 'list'],
    [['grants', 'revok', 'x'], "unknown command 'revok'", 'revoke'],
    [['clients', 'create', '--nam', 'App'], "unknown option '--nam'", '--name'],
  ])('gets a suggestion: %j', async (args, wrong, meant) => {
    const { code, stdout, stderr } = await runGrantor(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `error: ${wrong}\n(Did you mean ${meant}?)\nAdd --help for a list of commands and options.\n`,
    );
  });
});

describe('exit codes', () => {
  it('are in the help of every command, and in docs/command-line.md', async () => {
    const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');
    for (const args of [['--help'], ['clients', 'create', '--help'], ['accounts', 'show', '--help']]) {
      const { code, stdout } = await runGrantor(args);
      expect(code).toBe(0);
      for (const exitCode of [0, 1, 2, 4]) {
        expect(stdout).toMatch(new RegExp(`^  ${exitCode}  `, 'm'));
        expect(page).toContain(`| ${exitCode} |`);
      }
    }
  });

  it.each([
    ['no command at all', []],
    ['a group without a command', ['clients']],
    ['a missing argument', ['clients', 'show']],
    ['an argument too many', ['clients', 'show', 'one', 'two']],
    ['an option without its value', ['clients', 'list', '--limit']],
    ['a value that an option cannot have', ['registration-tokens', 'create', '--uses', 'many']],
  ])('is 2 for %s', async (_what, args) => {
    const { code, stdout, stderr } = await runGrantor(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('is 0 for the version', async () => {
    expect((await runGrantor(['--version'])).code).toBe(0);
  });
});
