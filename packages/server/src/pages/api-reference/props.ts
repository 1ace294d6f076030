/** The props of the API reference page. */
export interface ApiReferenceProps {
  /** Version of the server, e.g. `0.1.0`. */
  readonly version: string;
  /** The base URL of the operations. */
  readonly server: string;
  /** Path of the OpenAPI document. */
  readonly documentHref: string;
  readonly chapters: readonly ReferenceChapter[];
  readonly schemas: readonly ReferenceSchema[];
}

export interface ReferenceChapter {
  readonly name: string;
  readonly anchor: string;
  readonly operations: readonly ReferenceOperation[];
}

export interface ReferenceOperation {
  /** The operation ID and anchor. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** Like all descriptions: plain text with code between backticks. */
  readonly description: string;
  readonly parameters: readonly ReferenceField[];
  readonly body: ReferenceBody | undefined;
  readonly responses: readonly ReferenceResponse[];
  /** A command for a shell. */
  readonly example: string;
}

export interface ReferenceBody {
  readonly description: string;
  readonly fields: readonly ReferenceField[];
}

export interface ReferenceResponse {
  readonly status: string;
  readonly description: string;
  readonly type: ReferenceType | undefined;
}

export interface ReferenceSchema {
  readonly name: string;
  readonly anchor: string;
  readonly fields: readonly ReferenceField[];
}

export interface ReferenceField {
  readonly name: string;
  readonly type: ReferenceType;
  /** `required`, or the location of a parameter: `query`. */
  readonly notes: readonly string[];
  readonly description: string | undefined;
}

/** The type of a value in words, with a link to its schema. */
export interface ReferenceType {
  readonly words: string;
  readonly schema?: { readonly name: string; readonly anchor: string } | undefined;
}
