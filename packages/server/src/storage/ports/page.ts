/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null on the last page. */
  readonly next: PageCursor | null;
}

/** A place in a list ordered by creation: the last item seen. */
export interface PageCursor {
  readonly createdAt: number;
  readonly id: string;
}

/** Which page of a list. */
export interface PageRequest {
  /** The most items to return. */
  readonly limit: number;
  /** Null for the first page. */
  readonly after: PageCursor | null;
}
