import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { withExamples } from '../examples.js';
import { exitCodes } from '../exit-codes.js';
import { type ApiClient, ApiFailure, type ApiResponse, connectApi } from './api-client.js';
import type { Item } from './pages.js';

export interface ApiOptions {
  readonly url?: string;
  readonly keyFile?: string;
  readonly json?: boolean;
}

export interface ListOptions extends ApiOptions {
  readonly limit?: string;
  readonly all?: boolean;
}

/** A command that calls a running server, with the common options. */
export function apiCommand(name: string, description: string, ...examples: readonly string[]): Command {
  const command = new Command(name)
    .description(description)
    .option('--url <address>', 'the server; default: GRANTOR_ISSUER, or http://localhost:8888')
    .option('--key-file <file>', 'a file with the API key; default: GRANTOR_API_KEY')
    .option('--json', "print the API's JSON");
  return withExamples(command, ...examples);
}

/** The same for a paged list. */
export function listCommand(description: string, ...examples: readonly string[]): Command {
  return apiCommand('list', description, ...examples)
    .option('--limit <number>', 'the page size, 50 at most')
    .option('--all', 'list all pages');
}

/** Sends a request to the server that the options name. */
export function callApi(
  options: ApiOptions,
  ...request: Parameters<ApiClient['call']>
): Promise<ApiResponse> {
  return connectApi(options, process.env).call(...request);
}

/** The hint of an argument that is an ID: old, chosen and random ones may look like options. */
export const ID_HINT = 'after -- if it begins with a hyphen';

/** Collects the values of an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Seconds, or minutes, hours or days: `90`, `30m`, `12h`, `7d`. */
export function seconds(text: string): number {
  const [, count = '', unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === '')
    throw new InvalidArgumentError('It must be a number of seconds, or one with m, h or d: 12h.');
  return Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit || 's'] ?? 1);
}

/**
 * Reads the fields of something from a JSON file.
 *
 * @param path `-` for standard input
 * @throws ApiFailure if it cannot be read, or holds no JSON object
 */
export function readFields(path: string | undefined): Item {
  if (path === undefined) return {};
  const name = path === '-' ? 'Standard input' : path;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError ? 'it is not valid JSON' : error instanceof Error ? error.message : '';
    throw new ApiFailure(`${name} cannot be read: ${reason}`);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content as Item;
  throw new ApiFailure(`${name} must hold a JSON object.`);
}

/** The fields that are not undefined. */
export function defined(fields: Item): Item {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * An ID as a segment of a path.
 *
 * @throws ApiFailure if it would change the path
 */
export function segment(id: string): string {
  if (/^\.{0,2}$/.test(id))
    throw new ApiFailure('An ID must not be empty, "." or "..".', { exitCode: exitCodes.usage });
  return encodeURIComponent(id);
}
