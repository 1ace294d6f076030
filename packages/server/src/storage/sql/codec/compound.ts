import type { AnyField, Columns, Field } from './field.js';

/** Fields by the names of a record's members. */
export type Fields = Readonly<Record<string, AnyField>>;

/** The record that these fields store. */
export type RecordOf<F extends Fields> = {
  readonly [Key in keyof F]: ReturnType<ReturnType<F[Key]['reader']>>;
};

/** The columns of several fields together. */
export type ColumnsOf<F extends Fields> = Intersection<F[keyof F]['columns']>;

/** The names of those that are only written. */
export type ComputedOf<F extends Fields> = F[keyof F]['computed'][number];

type Intersection<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer I) => void
  ? I extends Columns
    ? { readonly [Name in keyof I]: I[Name] }
    : never
  : never;

/** An object whose members have columns of their own. */
export function group<F extends Fields>(fields: F): Field<RecordOf<F>, ColumnsOf<F>, ComputedOf<F>> {
  const keys = Object.keys(fields);
  const all: readonly AnyField[] = Object.values(fields);
  const entries = all.map((field, index) => ({ key: keys[index] as string, field }));
  const shape = shapeOf(keys);
  return {
    columns: Object.assign({}, ...all.map(({ columns }) => columns)) as ColumnsOf<F>,
    computed: all.flatMap(({ computed }) => computed) as ComputedOf<F>[],
    reader: (prefix) => {
      const members = entries.map(({ key, field }) => ({ key, read: field.reader(prefix) }));
      return (row) => {
        const record: Record<string, unknown> = { ...shape };
        for (const { key, read } of members) record[key] = read(row);
        return record as RecordOf<F>;
      };
    },
    write: (record, row) => {
      const members: Readonly<Record<string, unknown>> = record;
      for (const { key, field } of entries) field.write(members[key], row);
    },
  };
}

/**
 * An object with all of its members, each null. A copy of it has its final form from the start, which is faster than
 * to add one member after the other.
 */
export function shapeOf(keys: readonly string[]): Readonly<Record<string, null>> {
  // From JSON, V8 makes an object with room for all members; `Object.fromEntries` does not.
  return JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}:null`).join(',')}}`) as Record<
    string,
    null
  >;
}

/** The same columns, each of which can hold null. */
type Nullable<C extends Columns> = {
  readonly [Name in keyof C]: { readonly type: C[Name]['type']; readonly nullable: true };
};

/** A value that can be null, and is where one of the columns that otherwise never hold null does. */
export function nullable<Value, C extends Columns, Computed extends string>(
  field: Field<Value, C, Computed>,
): Field<Value | null, Nullable<C>, Computed> {
  const names = Object.keys(field.columns);
  const computed: readonly string[] = field.computed;
  const required = names.filter(
    (name) => field.columns[name]?.nullable === false && !computed.includes(name),
  );
  return {
    columns: Object.fromEntries(
      Object.entries(field.columns).map(([name, { type }]) => [name, { type, nullable: true }]),
    ) as Nullable<C>,
    computed: field.computed,
    reader: (prefix) => {
      const read = field.reader(prefix);
      const deciding = required.map((name) => prefix + name);
      return (row) => {
        for (const name of deciding) if (row[name] === null) return null;
        return read(row);
      };
    },
    write: (value, row) => {
      if (value !== null) field.write(value, row);
      else for (const name of names) row[name] = null;
    },
  };
}

/** A field whose value is stored as another one. */
export function mapped<Value, Stored, C extends Columns, Computed extends string>(
  field: Field<Stored, C, Computed>,
  fromStored: (stored: Stored) => Value,
  toStored: (value: Value) => Stored,
): Field<Value, C, Computed> {
  return {
    columns: field.columns,
    computed: field.computed,
    reader: (prefix) => {
      const read = field.reader(prefix);
      return (row) => fromStored(read(row));
    },
    write: (value, row) => field.write(toStored(value), row),
  };
}

/** A field with one more column that is computed from its value, for conditions and indexes. It is never read back. */
export function withComputed<Value, C extends Columns, Known extends string, Computed, D extends Columns>(
  field: Field<Value, C, Known>,
  computed: Field<Computed, D, never>,
  compute: (value: Value) => Computed,
): Field<Value, C & D, Known | (keyof D & string)> {
  return {
    columns: { ...field.columns, ...computed.columns },
    computed: [...field.computed, ...Object.keys(computed.columns)] as (Known | (keyof D & string))[],
    reader: field.reader,
    write: (value, row) => {
      field.write(value, row);
      computed.write(compute(value), row);
    },
  };
}
