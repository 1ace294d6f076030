/** A file as the API describes it. */
export interface ApiFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339. */
  readonly modified: string;
}

/** The files, or why there are none. */
export type FilesResult =
  | { readonly files: readonly ApiFile[] }
  | { readonly problem: 'not_allowed' | 'token_refused' | 'unavailable' };

/**
 * Fetches the user's files from the API.
 *
 * @param apiBaseUrl without a slash at the end
 * @param accessToken sent in the Authorization header, not in the address (RFC 6750 §5.3)
 */
export async function fetchFiles(apiBaseUrl: string, accessToken: string): Promise<FilesResult> {
  try {
    const response = await fetch(`${apiBaseUrl}/api/files`, {
      headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    // RFC 6750 §3.1: 401 requires another token, 403 another scope.
    if (response.status === 401) return { problem: 'token_refused' };
    if (response.status === 403) return { problem: 'not_allowed' };
    const body: unknown = response.ok ? await response.json() : undefined;
    return isFileList(body) ? { files: body.files } : { problem: 'unavailable' };
  } catch {
    // Not reached, too slow, or not JSON: the page is shown without files.
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
