/** A JSON object whose members are yet to be checked. */
export type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses JSON without ever throwing: V8's error message quotes the text, which here may hold tokens. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
