import { useTexts } from './page-context.js';

/** Details of an error for the developer of the app and the operator. */
export interface DeveloperHintProps {
  /** `` `redirect_uri` `` in backticks is shown as code. */
  readonly hint?: string | undefined;
  /** The `error` of RFC 6749 §4.1.2.1, or an error code of Grantor. */
  readonly errorCode?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Turns an `error_description` into a hint: a parameter in quotes is shown as code. */
export function asHint(description: string): string {
  return description.replaceAll(/'([a-z_:]+)'/g, '`$1`');
}

/** The details of an error, below the message for the user. */
export function DeveloperHint({ hint, errorCode, requestId }: DeveloperHintProps) {
  const t = useTexts();
  return (
    <>
      {hint !== undefined && (
        <section class="panel" aria-labelledby="developer-hint">
          <h2 id="developer-hint">{t('common.forDeveloper')}</h2>
          <p lang="en" dir="ltr">
            <Code text={hint} />
          </p>
        </section>
      )}
      {(errorCode !== undefined || requestId !== undefined) && (
        <dl class="facts">
          {errorCode !== undefined && <Fact term={t('common.error')} value={errorCode} />}
          {requestId !== undefined && <Fact term={t('common.request')} value={requestId} />}
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
  // An even number of pieces means an unpaired backtick: then the text is shown as it is.
  if (pieces.length % 2 === 0) return <>{text}</>;
  return <>{pieces.map((piece, index) => (index % 2 === 1 ? <code>{piece}</code> : piece))}</>;
}
