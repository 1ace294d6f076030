/** A file as the API describes it. */
export interface ApiFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339. */
  readonly modified: string;
}

/** What came of asking: the files, or why there are none. */
export type FilesAnswer =
  | { readonly files: readonly ApiFile[] }
  | { readonly problem: 'not_allowed' | 'token_refused' | 'unavailable' };

/**
 * Asks the API for the person's files.
 *
 * @param apiBaseUrl without a slash at its end
 * @param accessToken goes into the Authorization header, never into the address (RFC 6750 §5.3)
 */
export async function fetchFiles(apiBaseUrl: string, accessToken: string): Promise<FilesAnswer> {
  try {
    const answer = await fetch(`${apiBaseUrl}/api/files`, {
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    // RFC 6750 §3.1: 401 asks for another token, 403 for a wider scope.
    if (answer.status === 401) return { problem: 'token_refused' };
    if (answer.status === 403) return { problem: 'not_allowed' };
    const body: unknown = answer.ok ? await answer.json() : undefined;
    return isFileList(body) ? { files: body.files } : { problem: 'unavailable' };
  } catch {
    // Not reached, too slow, or not JSON: whatever it is, the rest of the page can do without.
    return { problem: 'unavailable' };
  }
}

function isFileList(value: unknown): value is { files: ApiFile[] } {
  return isObject(value) && Array.isArray(value.files) && value.files.every(isFile);
}

function isFile(value: unknown): value is ApiFile {
  return (
    isObject(value) &&
    typeof value.name === 'string' &&
    typeof value.size === 'number' &&
    typeof value.modified === 'string' &&
    !Number.isNaN(Date.parse(value.modified))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
