import { BrandMark } from '../brand-mark.js';
import { BrandStyles } from '../brand-styles.js';
import { Link, useOwnAddress } from '../own-address.js';
import { useBrand } from '../page-context.js';
import { PageMeta } from '../page-meta.js';
import { FieldList } from './fields.js';
import { MethodBadge, Operation } from './operation.js';
import type { ApiReferenceProps } from './props.js';
import { referenceStylesheet } from './styles.js';

/** The reference of the management API on one searchable page without scripts. */
export function ApiReferencePage(props: ApiReferenceProps) {
  const { version, server, documentHref, chapters, schemas } = props;
  return (
    <html lang="en">
      <Head />
      <body class="reference">
        <a class="skip" href="#content">
          Skip to the operations
        </a>
        <header class="reference-head">
          <Link class="reference-brand" href="/">
            <BrandMark />
          </Link>
          <Link class="quiet" href={documentHref}>
            OpenAPI document
          </Link>
        </header>
        <div class="reference-body">
          <nav class="sidebar" aria-label="Operations">
            <Contents {...props} />
          </nav>
          <main id="content">
            <h1>Management API</h1>
            <p class="lead">
              Apps, scopes, consents, users and API keys. Version {version}, at <code>{server}</code>.
            </p>
            <details class="contents">
              <summary>Operations</summary>
              <Contents {...props} />
            </details>
            {chapters.map(({ name, anchor, operations }) => (
              <section aria-labelledby={anchor}>
                <h2 id={anchor}>{name}</h2>
                {operations.map((operation) => (
                  <Operation operation={operation} />
                ))}
              </section>
            ))}
            <section aria-labelledby="schemas">
              <h2 id="schemas">Schemas</h2>
              {schemas.map(({ name, anchor, fields }) => (
                <div class="operation" id={anchor}>
                  <h3>
                    <a href={`#${anchor}`}>{name}</a>
                  </h3>
                  <FieldList fields={fields} />
                </div>
              ))}
            </section>
          </main>
        </div>
      </body>
    </html>
  );
}

function Head() {
  return (
    <head>
      <PageMeta />
      <title>Management API · {useBrand().name}</title>
      <BrandStyles />
      <link rel="stylesheet" href={useOwnAddress(referenceStylesheet.path)} />
    </head>
  );
}

function Contents({ chapters }: Pick<ApiReferenceProps, 'chapters'>) {
  return (
    <ul class="contents-list">
      {chapters.map(({ name, anchor, operations }) => (
        <li>
          <a class="contents-chapter" href={`#${anchor}`}>
            {name}
          </a>
          <ul>
            {operations.map(({ id, method, summary }) => (
              <li>
                <a href={`#${id}`}>
                  <MethodBadge method={method} /> <span>{summary}</span>
                </a>
              </li>
            ))}
          </ul>
        </li>
      ))}
      <li>
        <a class="contents-chapter" href="#schemas">
          Schemas
        </a>
      </li>
    </ul>
  );
}
