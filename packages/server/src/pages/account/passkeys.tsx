import { useTexts } from '../page-context.js';
import { PasskeyForm, type PasskeyFormProps } from '../passkey-form.js';
import { type FormTarget, PostForm } from '../post-form.js';
import { Row, RowButton } from './rows.js';

/** A passkey, as its user sees it. */
export interface AccountPasskey {
  readonly name: string;
  /** Whether it can be copied to other devices. */
  readonly isSynced: boolean;
  readonly createdAt: Date;
  /** Undefined if it was never used. */
  readonly lastUsedAt: Date | undefined;
  readonly rename: FormTarget;
  readonly remove: FormTarget;
}

export interface PasskeysPartProps {
  readonly passkeys: readonly AccountPasskey[];
  readonly add: PasskeyFormProps;
}

/** The passkeys of a user, with buttons `remove-passkey-<n>`, `rename-passkey-<n>` and `passkey` to add one. */
export function PasskeysPart({ passkeys, add }: PasskeysPartProps) {
  const t = useTexts();
  return (
    <>
      <p>{t('factors.passkeysPurpose')}</p>
      {passkeys.length > 0 && (
        <ul class="rows">
          {passkeys.map(({ name, isSynced, createdAt, lastUsedAt, rename, remove }, index) => (
            <Row
              key={index}
              icon="key"
              title={name}
              mark={isSynced ? t('factors.passkeySynced') : undefined}
              action={
                <RowButton
                  id={`remove-passkey-${index}`}
                  target={remove}
                  label={t('factors.remove')}
                  about={name}
                />
              }
            >
              <p>{t('factors.passkeyCreated', { at: createdAt })}</p>
              {lastUsedAt !== undefined && <p>{t('factors.passkeyUsed', { at: lastUsedAt })}</p>}
              <details class="disclosed">
                <summary>{t('factors.rename')}</summary>
                <PostForm target={rename} class="disclosed-form">
                  <NameField id={`name-${index}`} value={name} />
                  <button id={`rename-passkey-${index}`} type="submit" class="button button-small">
                    {t('factors.rename')}
                  </button>
                </PostForm>
              </details>
            </Row>
          ))}
        </ul>
      )}
      <PasskeyForm {...add}>
        <NameField id="new-name" value="" />
      </PasskeyForm>
      <noscript>
        <p class="note">{t('factors.passkeyNeedsScripts')}</p>
      </noscript>
    </>
  );
}

function NameField({ id, value }: { readonly id: string; readonly value: string }) {
  const t = useTexts();
  return (
    <div class="field">
      <label for={id}>{t('factors.passkeyName')}</label>
      <input id={id} name="name" type="text" dir="auto" maxlength={64} autocomplete="off" value={value} />
    </div>
  );
}
