/** What a column can hold and a parameter can carry. */
export type SqlValue = string | number | null;

/** What a column holds, as the migrations declare it. Numbers are whole. */
export interface ColumnType {
  readonly type: 'text' | 'number';
  readonly nullable: boolean;
}

/** Columns by name. */
export type Columns = Readonly<Record<string, ColumnType>>;

/** A row of these columns. */
export type RowOf<C extends Columns> = {
  [Name in keyof C]:
    | (C[Name]['type'] extends 'text' ? string : number)
    | (C[Name]['nullable'] extends true ? null : never);
};

/** A row whose columns only the fields that read and write them know. */
export type SqlRow = Record<string, SqlValue>;

/** How one field of a record is stored: in which columns, and how its value is written to them and read back. */
export interface Field<Value, C extends Columns = Columns, Computed extends string = string> {
  readonly columns: C;
  /** Those of the columns that are only written, for conditions and indexes. Selects leave them out. */
  readonly computed: readonly Computed[];
  /** Makes the function that reads the value from rows whose column names begin with the prefix. */
  readonly reader: (prefix: string) => (row: SqlRow) => Value;
  /** Sets the columns in a row. */
  readonly write: (value: Value, row: SqlRow) => void;
}

/** Any field, for code that does not know the type of its value. */
export interface AnyField extends Pick<Field<unknown>, 'columns' | 'computed' | 'reader'> {
  write(value: unknown, row: SqlRow): void;
}

type Column<Name extends string, Type extends ColumnType['type']> = {
  readonly [N in Name]: { readonly type: Type; readonly nullable: false };
};

const columnOf = <Name extends string, Type extends ColumnType['type']>(name: Name, type: Type) =>
  ({ [name]: { type, nullable: false } }) as Column<Name, Type>;

/** A field of one column that holds the value as it is. */
function plain<Value extends string | number, Name extends string, Type extends ColumnType['type']>(
  name: Name,
  type: Type,
): Field<Value, Column<Name, Type>, never> {
  return {
    columns: columnOf(name, type),
    computed: [],
    reader: (prefix) => {
      const from = prefix + name;
      return (row) => row[from] as Value;
    },
    write: (value, row) => {
      row[name] = value;
    },
  };
}

/** A text, or one of a fixed set of them. */
export function text<Name extends string, Value extends string = string>(
  name: Name,
): Field<Value, Column<Name, 'text'>, never> {
  return plain(name, 'text');
}

/** A whole number. */
export function integer<Name extends string>(name: Name): Field<number, Column<Name, 'number'>, never> {
  return plain(name, 'number');
}

/** A time, in whole seconds since the epoch. */
export function time<Name extends string>(name: Name): Field<number, Column<Name, 'number'>, never> {
  return plain(name, 'number');
}

/** A boolean, as 1 or 0: both databases have these. */
export function flag<Name extends string>(name: Name): Field<boolean, Column<Name, 'number'>, never> {
  return {
    columns: columnOf(name, 'number'),
    computed: [],
    reader: (prefix) => {
      const from = prefix + name;
      return (row) => row[from] === 1;
    },
    write: (value, row) => {
      row[name] = value ? 1 : 0;
    },
  };
}

/** An empty list, which many rows have. */
const EMPTY_LIST: readonly never[] = Object.freeze([]);

/** An object or a list of objects, as JSON text. */
export function json<Name extends string, Value extends object>(
  name: Name,
): Field<Value, Column<Name, 'text'>, never> {
  return {
    columns: columnOf(name, 'text'),
    computed: [],
    reader: (prefix) => {
      const from = prefix + name;
      return (row) => {
        const value = row[from] as string;
        return (value === '[]' ? EMPTY_LIST : JSON.parse(value)) as Value;
      };
    },
    write: (value, row) => {
      row[name] = JSON.stringify(value);
    },
  };
}

/** The longest list that is kept for the next row, as JSON, in characters. */
const MOST_KEPT = 200;

/**
 * A list of texts, as JSON text. Rows often have the same list as the row before, such as the response types of clients:
 * it is parsed once. Lists are frozen, since records share them.
 */
export function texts<Name extends string, Value extends readonly string[]>(
  name: Name,
): Field<Value, Column<Name, 'text'>, never> {
  return {
    ...json<Name, Value>(name),
    reader: (prefix) => {
      const from = prefix + name;
      let keptText = '[]';
      let kept = EMPTY_LIST as readonly string[] as Value;
      return (row) => {
        const value = row[from] as string;
        if (value === keptText) return kept;
        const parsed = Object.freeze(JSON.parse(value)) as Value;
        if (value.length <= MOST_KEPT) {
          keptText = value;
          kept = parsed;
        }
        return parsed;
      };
    },
  };
}
