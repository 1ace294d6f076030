/** What an app's developer must change, and what the operator can search the log for. */
export interface DeveloperHintProps {
  /** `` `redirect_uri` `` in backticks is shown as code. */
  readonly hint?: string | undefined;
  /** The `error` of RFC 6749 §4.1.2.1, or one of our own. */
  readonly errorCode?: string | undefined;
  readonly requestId?: string | undefined;
}

/** A description in the protocol's words as a hint: the parameter that it names in quotes is shown as code. */
export function asHint(description: string): string {
  return description.replaceAll(/'([a-z_:]+)'/g, '`$1`');
}

/** The small print of an error: for the developer and the operator. */
export function DeveloperHint({ hint, errorCode, requestId }: DeveloperHintProps) {
  return (
    <>
      {hint !== undefined && (
        <section class="panel" aria-labelledby="developer-hint">
          <h2 id="developer-hint">For the developer of the app</h2>
          <p dir="auto">
            <Code text={hint} />
          </p>
        </section>
      )}
      {(errorCode !== undefined || requestId !== undefined) && (
        <dl class="facts">
          {errorCode !== undefined && <Fact term="Error" value={errorCode} />}
          {requestId !== undefined && <Fact term="Request" value={requestId} />}
        </dl>
      )}
    </>
  );
}

function Fact({ term, value }: { term: string; value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
}

function Code({ text }: { text: string }) {
  const pieces = text.split('`');
  // An even number of pieces has a backtick without its partner: then none of them means anything.
  if (pieces.length % 2 === 0) return <>{text}</>;
  return <>{pieces.map((piece, index) => (index % 2 === 1 ? <code>{piece}</code> : piece))}</>;
}
