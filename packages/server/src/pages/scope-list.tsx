import { useTexts } from './page-context.js';
import { ScopeIcon, type ScopeKind } from './scope-icon.js';

/** One line of the consent page. */
export interface ConsentScope {
  /** The scope as requested, e.g. `files.read`. */
  readonly name: string;
  /** What it allows, e.g. "See your files". */
  readonly title: string;
  readonly description?: string | undefined;
  readonly kind: ScopeKind;
  /** Its subject: the scope of OpenID Connect, or the group of the scope. */
  readonly subject: string;
  /** The language of both texts, if it is not the language of the page. */
  readonly language?: string | undefined;
  /** Its resource, if the page groups scopes by resource. */
  readonly resource?: string | undefined;
  /** The user allowed this to the same app before. */
  readonly already?: boolean | undefined;
  /** The name of its field, if the user can leave it out. */
  readonly field?: string | undefined;
}

/** The ID of the form that the fields of optional scopes belong to. */
export const consentForm = 'consent-form';

/** Scopes under a heading, grouped by resource. */
export function ScopeGroups({
  scopes,
  heading,
  id,
}: {
  scopes: readonly ConsentScope[];
  heading: string;
  /** The ID of the heading, and the prefix of the IDs of its groups. */
  id: string;
}) {
  const t = useTexts();
  const resources = [...new Set(scopes.map(({ resource }) => resource))];
  const anywhere = scopes.filter(({ resource }) => resource === undefined);
  return (
    <>
      <h2 id={id}>{heading}</h2>
      {anywhere.length > 0 && <ScopeList scopes={anywhere} labelledBy={id} />}
      {resources
        .filter((resource) => resource !== undefined)
        .map((resource, index) => (
          <>
            <h3 id={`${id}-${index}`} class="scope-resource">
              {t.rich('consent.atResource', {
                resource: <bdi>{resource.replace(/^https:\/\//i, '')}</bdi>,
              })}
            </h3>
            <ScopeList
              scopes={scopes.filter((scope) => scope.resource === resource)}
              labelledBy={`${id}-${index}`}
            />
          </>
        ))}
    </>
  );
}

function ScopeList({ scopes, labelledBy }: { scopes: readonly ConsentScope[]; labelledBy: string }) {
  return (
    <ul class="scopes" aria-labelledby={labelledBy}>
      {scopes.map((scope) => (
        <li key={scope.name}>
          {scope.field === undefined ? (
            <div class={scope.already === true ? 'scope scope-already' : 'scope'}>
              <ScopeWords scope={scope} />
            </div>
          ) : (
            <label class="scope scope-optional" for={scope.field}>
              <ScopeWords scope={scope} />
              <input
                id={scope.field}
                type="checkbox"
                autocomplete="off"
                name={scope.field}
                value="on"
                checked
                form={consentForm}
              />
            </label>
          )}
        </li>
      ))}
    </ul>
  );
}

function ScopeWords({ scope }: { scope: ConsentScope }) {
  return (
    <>
      <ScopeIcon kind={scope.kind} subject={scope.subject} already={scope.already} />
      <span class="scope-text">
        <span class="scope-title" dir="auto" lang={scope.language}>
          {scope.title}
        </span>
        {scope.description !== undefined && (
          <span class="scope-description" dir="auto" lang={scope.language}>
            {scope.description}
          </span>
        )}
      </span>
    </>
  );
}
