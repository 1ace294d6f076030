import type { ReferenceField, ReferenceType } from './props.js';

/** The type of a value. The name of a schema is a link to it. */
export function TypeWords({ type: { words, schema } }: { readonly type: ReferenceType }) {
  return (
    <span class="type">
      {words}
      {schema !== undefined && (
        <>
          {words === '' ? '' : ' '}
          <a href={`#${schema.anchor}`}>{schema.name}</a>
        </>
      )}
    </span>
  );
}

/** A list of fields or parameters. */
export function FieldList({ fields }: { readonly fields: readonly ReferenceField[] }) {
  return (
    <dl class="field-list">
      {fields.map((field) => (
        <div>
          <dt>
            <code>{field.name}</code> <TypeWords type={field.type} />
            {field.notes.map((note) => (
              <span class={`tag tag-${note}`}>{note}</span>
            ))}
          </dt>
          {field.description !== undefined && (
            <dd>
              <Prose text={field.description} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

/** Text in which code stands between backticks. */
export function Prose({ text }: { readonly text: string }) {
  // Every second part is code.
  return <>{text.split('`').map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>;
}
