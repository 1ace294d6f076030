import type { ReferenceField, ReferenceType } from './props.js';
import { Prose } from './prose.js';

/** What a value is; the name of a schema leads to it. */
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

/** Fields or parameters, one under the other. */
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
