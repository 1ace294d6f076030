import { FieldList, Prose, TypeWords } from './fields.js';
import type { ReferenceOperation, ReferenceResponse } from './props.js';

export function MethodBadge({ method }: { readonly method: string }) {
  return <span class={`method method-${method.toLowerCase()}`}>{method}</span>;
}

/** One operation: its parameters, body and responses. */
export function Operation({ operation }: { readonly operation: ReferenceOperation }) {
  const { id, method, path, summary, description, parameters, body, responses, example } = operation;
  return (
    <div class="operation" id={id}>
      <h3>
        <a href={`#${id}`}>{summary}</a>
      </h3>
      <p class="address">
        <MethodBadge method={method} /> <code>{path}</code>
      </p>
      <p>
        <Prose text={description} />
      </p>
      {/* Focusable, so that keyboard users can scroll it. */}
      <pre tabindex={0}>{example}</pre>
      {parameters.length > 0 && (
        <>
          <h4>Parameters</h4>
          <FieldList fields={parameters} />
        </>
      )}
      {body !== undefined && (
        <>
          <h4>Body</h4>
          <p class="body-note">
            <Prose text={body.description} />
          </p>
          <FieldList fields={body.fields} />
        </>
      )}
      <h4>Responses</h4>
      <Responses responses={responses} />
    </div>
  );
}

function Responses({ responses }: { readonly responses: readonly ReferenceResponse[] }) {
  return (
    <dl class="responses">
      {responses.map(({ status, description, type }) => (
        <div>
          <dt>
            <code class={`status status-${status.charAt(0)}`}>{status}</code>
          </dt>
          <dd>
            <Prose text={description} />
            {type !== undefined && (
              <>
                {' · '}
                <TypeWords type={type} />
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
