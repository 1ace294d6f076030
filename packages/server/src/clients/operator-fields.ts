import type { ClientRecord } from '../storage/ports/index.js';

type Values = Readonly<Record<string, unknown>>;

/** The fields of a client that only the operator sets. */
function operatorValues({ accessTokenFormat, audience, compatibility, metadata }: ClientRecord): Values {
  return {
    access_token_format: accessTokenFormat,
    audience,
    compatibility: compatibility.toSorted(),
    resources: metadata.resources ?? null,
    protected_resources: metadata.protected_resources ?? null,
    refresh_token_rotation: metadata.refresh_token_rotation ?? true,
    verified: metadata.verified ?? false,
  };
}

/** The default values of these fields. */
const untouched: Values = {
  access_token_format: 'jwt',
  audience: null,
  compatibility: [],
  resources: null,
  protected_resources: null,
  refresh_token_rotation: true,
  verified: false,
};

/**
 * The names of the operator's fields that a registration or a change sets.
 *
 * @param before undefined for a new client
 */
export function operatorFieldsSet(before: ClientRecord | undefined, after: ClientRecord): readonly string[] {
  const was = before === undefined ? untouched : operatorValues(before);
  return (
    Object.entries(operatorValues(after))
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]))
      // Everyone may end the verification of their app, also by a change of what was verified.
      .filter(([name, value]) => name !== 'verified' || value === true)
      .map(([name]) => name)
  );
}
