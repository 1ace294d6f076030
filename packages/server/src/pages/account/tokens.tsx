import type { ManagementScope } from '../../scopes/management-scopes.js';
import type { TextKey } from '../../texts/catalogues.js';
import { Link } from '../own-address.js';
import { useTexts } from '../page-context.js';
import { type FormTarget, PostForm } from '../post-form.js';
import { Row, RowButton } from './rows.js';

/** A key to the management API or a personal access token, as its user sees it. */
export interface AccountToken {
  readonly name: string;
  /** Its first characters; undefined if they are not known. */
  readonly prefix: string | undefined;
  /** Null for all scopes. */
  readonly scopes: readonly string[] | null;
  readonly createdAt: Date;
  /** Undefined if it does not expire. */
  readonly expiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly remove: FormTarget;
}

export interface TokensPartProps {
  readonly tokens: readonly AccountToken[];
  /** A key that was just created, which no other page shows. */
  readonly created?: { readonly name: string; readonly key: string } | undefined;
  readonly newHref: string;
}

/** The keys of a user, with the link `new-token` and buttons `delete-<n>`. */
export function TokensPart({ tokens, created, newHref }: TokensPartProps) {
  const t = useTexts();
  return (
    <>
      {created !== undefined && (
        <div class="panel" role="status">
          <p class="strong">{t('account.tokensCreated', { name: created.name })}</p>
          <code id="new-key" class="secret">
            {created.key}
          </code>
        </div>
      )}
      <p class="onwards">
        <Link id="new-token" class="button button-primary" href={newHref}>
          {t('account.tokensNew')}
        </Link>
      </p>
      {tokens.length === 0 ? (
        <p class="empty">{t('account.tokensNone')}</p>
      ) : (
        <ul class="rows">
          {tokens.map((token, index) => (
            <Row
              key={index}
              icon="key"
              title={token.name}
              action={
                <RowButton
                  id={`delete-${index}`}
                  target={token.remove}
                  label={t('account.tokensDelete')}
                  about={token.name}
                />
              }
            >
              {token.prefix !== undefined && (
                <p>
                  <code>{token.prefix}…</code>
                </p>
              )}
              <p>{t('account.tokensCreatedOn', { at: token.createdAt })}</p>
              <p>
                {token.lastUsedAt === undefined
                  ? t('account.tokensNotUsed')
                  : t('account.tokensLastUsed', { at: token.lastUsedAt })}
              </p>
              <p>
                {token.expiresAt === undefined
                  ? t('account.tokensNoExpiry')
                  : t('account.tokensExpires', { at: token.expiresAt })}
              </p>
              <p>
                {token.scopes === null ? t('account.tokensAllScopes') : <code>{token.scopes.join(' ')}</code>}
              </p>
            </Row>
          ))}
        </ul>
      )}
    </>
  );
}

export interface NewTokenPartProps {
  readonly target: FormTarget;
  readonly name: string;
  /** In days. */
  readonly lifetimes: readonly number[];
  readonly lifetime: number;
  readonly scopes: readonly { readonly scope: ManagementScope; readonly isChosen: boolean }[];
}

const words = {
  'grantor.clients:read': 'account.scopeClientsRead',
  'grantor.clients:write': 'account.scopeClientsWrite',
  'grantor.scopes:read': 'account.scopeScopesRead',
  'grantor.scopes:write': 'account.scopeScopesWrite',
  'grantor.consents:read': 'account.scopeConsentsRead',
  'grantor.consents:write': 'account.scopeConsentsWrite',
  'grantor.keys:read': 'account.scopeKeysRead',
  'grantor.keys:write': 'account.scopeKeysWrite',
  'grantor.accounts:read': 'account.scopeAccountsRead',
  'grantor.accounts:write': 'account.scopeAccountsWrite',
  'grantor.scim:read': 'account.scopeScimRead',
  'grantor.scim:write': 'account.scopeScimWrite',
  'grantor.sign-ins:read': 'account.scopeSignInsRead',
  'grantor.sign-ins:write': 'account.scopeSignInsWrite',
  'grantor.audit:read': 'account.scopeAuditRead',
} as const satisfies Record<ManagementScope, TextKey>;

/** The form for a new key, with the button `create-token`. */
export function NewTokenPart({ target, name, lifetimes, lifetime, scopes }: NewTokenPartProps) {
  const t = useTexts();
  return (
    <PostForm target={target} class="fields">
      <div class="field">
        <label for="name">{t('account.tokensName')}</label>
        <input
          id="name"
          name="name"
          type="text"
          value={name}
          maxlength={256}
          required
          autocomplete="off"
          dir="auto"
          aria-describedby="name-hint"
        />
        <p id="name-hint" class="field-hint">
          {t('account.tokensNameHint')}
        </p>
      </div>
      <div class="field">
        <label for="lifetime">{t('account.tokensLifetime')}</label>
        <select id="lifetime" name="lifetime">
          {lifetimes.map((days) => (
            <option key={days} value={String(days)} selected={days === lifetime}>
              {t('account.days', { days })}
            </option>
          ))}
        </select>
      </div>
      <fieldset class="checks">
        <legend>{t('account.tokensScopes')}</legend>
        {scopes.map(({ scope, isChosen }) => (
          <label key={scope} class="tick" for={scope}>
            <input id={scope} type="checkbox" autocomplete="off" name={scope} value="on" checked={isChosen} />
            <span>{t(words[scope])}</span>
          </label>
        ))}
      </fieldset>
      <button id="create-token" type="submit" class="button button-primary">
        {t('account.tokensCreate')}
      </button>
    </PostForm>
  );
}
