import {
  type ColumnsOf,
  type ComputedOf,
  type Fields,
  group,
  nullable,
  type RecordOf,
  shapeOf,
} from './compound.js';
import type { Field, RowOf } from './field.js';

/** The fields that a table needs to store these records: one for each member. */
export type FieldsFor<R> = { readonly [Key in keyof R]-?: Field<R[Key]> };

/** A row of a table with all of its columns, which are the parameters of an insert or an update. */
export type TableRow<T extends { readonly columns: ColumnsOf<Fields> }> = RowOf<T['columns']>;

/** The columns that a record is read from. */
type ReadColumnsOf<F extends Fields> = Omit<ColumnsOf<F>, ComputedOf<F>>;

/** The columns of a joined table under names of their own. */
type Prefixed<C, Prefix extends string> = {
  [Name in keyof C & string as `${Prefix}${Name}`]: C[Name];
};

type PrefixedOrNull<C, Prefix extends string> = {
  [Name in keyof C & string as `${Prefix}${Name}`]: C[Name] | null;
};

/** A table: the one place that says which fields of a record are stored in which columns, and how. */
export interface Table<Name extends string, F extends Fields> {
  readonly name: Name;
  readonly columns: ColumnsOf<F>;
  readonly columnNames: readonly (keyof ColumnsOf<F> & string)[];
  /** What to select or return for a record, without the columns that are only searched. */
  readonly selection: readonly Selected<Name, keyof ReadColumnsOf<F> & string>[];
  readonly rowOf: (record: RecordOf<F>) => RowOf<ColumnsOf<F>>;
  readonly recordOf: (row: RowOf<ReadColumnsOf<F>>) => RecordOf<F>;
  /** The columns from a statement's parameters, for `values` and `set`. */
  readonly values: (p: RowOf<ColumnsOf<F>>) => RowOf<ColumnsOf<F>>;
  /** The same table with these fields only. */
  readonly pick: <Key extends keyof F & string>(...keys: readonly Key[]) => Table<Name, Pick<F, Key>>;
  /** The same table without these fields. */
  readonly omit: <Key extends keyof F & string>(...keys: readonly Key[]) => Table<Name, Omit<F, Key>>;
  /** The table in a join, where its columns have a prefix that keeps them apart from those of other tables. */
  readonly prefixed: <Prefix extends string>(prefix: Prefix) => PrefixedTable<Name, F, Prefix>;
}

export interface PrefixedTable<Name extends string, F extends Fields, Prefix extends string> {
  /** What to select: `accounts.name as account_name` and so on. */
  readonly selection: readonly SelectedAs<Name, keyof ReadColumnsOf<F> & string, Prefix>[];
  readonly recordOf: (row: Prefixed<RowOf<ReadColumnsOf<F>>, Prefix>) => RecordOf<F>;
  /** The record after a left join; null where the join found no row. */
  readonly recordOrNull: (row: PrefixedOrNull<RowOf<ReadColumnsOf<F>>, Prefix>) => RecordOf<F> | null;
}

/** A row with the selection of a table. */
export type SelectedRow<T extends { readonly recordOf: (row: never) => unknown }> = Parameters<
  T['recordOf']
>[0];

type Selected<Name extends string, Column extends string> = Column extends string
  ? `${Name}.${Column}`
  : never;

type SelectedAs<Name extends string, Column extends string, Prefix extends string> = Column extends string
  ? `${Name}.${Column} as ${Prefix}${Column}`
  : never;

/**
 * Defines a table by its fields. What insert, update, select and mapping need is derived from them once, here.
 *
 * @param fields `{ … } satisfies FieldsFor<Record>`, which takes the type of each value from the record's and refuses
 *   a field that is missing or unknown
 */
export function defineTable<Name extends string, F extends Fields>(name: Name, fields: F): Table<Name, F> {
  const record = group(fields);
  const { columns } = record;
  const columnNames = Object.keys(columns) as (keyof ColumnsOf<F> & string)[];
  const computed: readonly string[] = record.computed;
  const readNames = columnNames.filter((column) => !computed.includes(column));
  const emptyRow = shapeOf(columnNames);
  const subset = (keys: readonly string[], included: boolean) =>
    Object.fromEntries(Object.entries(fields).filter(([key]) => keys.includes(key) === included));
  return {
    name,
    columns,
    columnNames,
    selection: readNames.map((column) => `${name}.${column}`) as Selected<
      Name,
      keyof ReadColumnsOf<F> & string
    >[],
    rowOf: (value) => {
      const row = { ...emptyRow };
      record.write(value, row);
      return row as RowOf<ColumnsOf<F>>;
    },
    recordOf: record.reader(''),
    values: (p) => Object.fromEntries(columnNames.map((column) => [column, p[column]])) as typeof p,
    pick: <Key extends keyof F & string>(...keys: readonly Key[]) =>
      defineTable(name, subset(keys, true) as Pick<F, Key>),
    omit: <Key extends keyof F & string>(...keys: readonly Key[]) =>
      defineTable(name, subset(keys, false) as Omit<F, Key>),
    prefixed: <Prefix extends string>(prefix: Prefix) => ({
      selection: readNames.map((column) => `${name}.${column} as ${prefix}${column}`) as SelectedAs<
        Name,
        keyof ReadColumnsOf<F> & string,
        Prefix
      >[],
      recordOf: record.reader(prefix),
      recordOrNull: nullable(record).reader(prefix),
    }),
  };
}
