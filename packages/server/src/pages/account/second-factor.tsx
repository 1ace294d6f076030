import { useTexts } from '../page-context.js';
import { type FormTarget, PostForm } from '../post-form.js';
import { TotpSetup, type TotpSetupProps } from '../totp-setup.js';
import { DisclosedForm, Row, RowButton } from './rows.js';

/** A remembered device, as its user sees it. */
export interface AccountDevice {
  /** Empty if it is unknown. */
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly forget: FormTarget;
}

export interface SecondFactorPartProps {
  /** Undefined if the user has an authenticator app. */
  readonly setUp: FormTarget | undefined;
  /** Undefined if the user has none. */
  readonly turnOff: FormTarget | undefined;
  /** How many are left. */
  readonly recoveryCodes: number;
  readonly newCodes: FormTarget;
  readonly devices: readonly AccountDevice[];
}

/** The second factors of a user: buttons `set-up` or `turn-off`, `new-codes` and `forget-device-<n>`. */
export function SecondFactorPart({
  setUp,
  turnOff,
  recoveryCodes,
  newCodes,
  devices,
}: SecondFactorPartProps) {
  const t = useTexts();
  return (
    <>
      <h2>{t('factors.appTitle')}</h2>
      <p>{t(turnOff === undefined ? 'factors.appOff' : 'factors.appOn')}</p>
      {setUp !== undefined && (
        <PostForm target={setUp} class="fields">
          <button id="set-up" type="submit" class="button button-primary">
            {t('factors.setUp')}
          </button>
        </PostForm>
      )}
      {turnOff !== undefined && (
        <DisclosedForm
          id="turn-off"
          target={turnOff}
          summary={t('factors.turnOff')}
          explanation={t('factors.turnOffExplanation')}
          label={t('factors.turnOff')}
        />
      )}
      <h2>{t('factors.codesTitle')}</h2>
      <p>{t('factors.codesLeft', { count: recoveryCodes })}</p>
      <DisclosedForm
        id="new-codes"
        target={newCodes}
        summary={t('factors.newCodes')}
        explanation={t('factors.newCodesExplanation')}
        label={t('factors.newCodes')}
      />
      <h2>{t('factors.devicesTitle')}</h2>
      <p>{t(devices.length === 0 ? 'factors.noDevices' : 'factors.devicesPurpose')}</p>
      {devices.length > 0 && (
        <ul class="rows">
          {devices.map(({ name, createdAt, expiresAt, forget }, index) => {
            const title = name === '' ? t('account.deviceUnknown') : name;
            return (
              <Row
                key={index}
                icon="screen"
                title={title}
                action={
                  <RowButton
                    id={`forget-device-${index}`}
                    target={forget}
                    label={t('factors.remove')}
                    about={title}
                  />
                }
              >
                <p>{t('factors.deviceRemembered', { at: createdAt, until: expiresAt })}</p>
              </Row>
            );
          })}
        </ul>
      )}
    </>
  );
}

/** Sets up the authenticator app of a signed-in user. */
export function TotpSetupPart(props: TotpSetupProps) {
  const t = useTexts();
  return (
    <>
      <p>{t('factors.setUpPurpose')}</p>
      <TotpSetup {...props} />
    </>
  );
}

/** What a user sees who must first prove the second factor that they have (button `confirm`). */
export function ConfirmFactorPart({ target }: { readonly target: FormTarget }) {
  const t = useTexts();
  return (
    <>
      <p>{t('factors.confirmPurpose')}</p>
      <PostForm target={target} class="fields">
        <button id="confirm" type="submit" class="button button-primary">
          {t('factors.title')}
        </button>
      </PostForm>
    </>
  );
}
