export {
  type AccountGroup,
  AccountPage,
  type AccountPageProps,
} from './account/account.page.js';
export { type AccountEvent, ActivityPart } from './account/activity.js';
export { type AccountApp, AppsPart } from './account/apps.js';
export { AccountDeletedPage, DataPart, DeletePart } from './account/data.js';
export {
  ConfirmEmailPart,
  type ConfirmEmailPartProps,
  EmailPart,
  type EmailPartProps,
  PasswordPart,
  type PasswordPartProps,
} from './account/own-login.js';
export { PasskeysPart } from './account/passkeys.js';
export type { Place } from './account/place.js';
export { ProfilePart, type ProfilePartProps } from './account/profile.js';
export { type LinkedAccount, ProvidersPart } from './account/providers.js';
export { ConfirmFactorPart, SecondFactorPart, TotpSetupPart } from './account/second-factor.js';
export { type AccountSession, SessionsPart } from './account/sessions.js';
export { type AccountToken, NewTokenPart, TokensPart } from './account/tokens.js';
export { ApiReferencePage } from './api-reference/api-reference.page.js';
export type {
  ApiReferenceProps,
  ReferenceBody,
  ReferenceChapter,
  ReferenceField,
  ReferenceOperation,
  ReferenceResponse,
  ReferenceType,
} from './api-reference/props.js';
export { referenceStylesheet } from './api-reference/styles.js';
export { accentProblem, accentStylesheet } from './app-accent.js';
export { type Asset, createAsset } from './asset.js';
export {
  type Brand,
  type BrandLogo,
  createBrand,
  defaultBrand,
} from './brand.js';
export { CaughtMailsPage, type CaughtMailsPageProps } from './caught-mails.page.js';
export { CheckSessionPage, checkSessionScript } from './check-session.page.js';
export { ChoosePasswordPage, type ChoosePasswordPageProps } from './choose-password.page.js';
export { type ConsentApp, ConsentPage, type ConsentPageProps } from './consent.page.js';
export { asHint, type DeveloperHintProps } from './developer-hint.js';
export { displayName } from './display-name.js';
export { EmailCodePage, type EmailCodePageProps } from './email-code.page.js';
export { EmailFormPage, type EmailFormPageProps } from './email-form.page.js';
export { EmailLinkPage, type EmailLinkPageProps } from './email-link.page.js';
export { EnrolmentPage } from './enrolment.page.js';
export { ErrorPage, type ErrorPageProps } from './error.page.js';
export { FormPostPage, type FormPostPageProps, formPostScript } from './form-post.page.js';
export { formScript } from './form-script.js';
export { HomePage, type HomePageProps } from './home.page.js';
export type { IconName } from './icons.js';
export { LeavePage, type LeavePageProps } from './leave.page.js';
export { MessagePage, type MessagePageProps } from './message.page.js';
export { ownAddress } from './own-address.js';
export { type AppBrand, type PageContext, pageElement, useTexts } from './page-context.js';
export { type PasskeyFormProps, passkeyScript } from './passkey-form.js';
export { csrfField, type FormTarget } from './post-form.js';
export { ConnectProviderPage, ProviderMessagePage } from './provider.page.js';
export { RecoveryCodes, RecoveryCodesPage } from './recovery-codes.page.js';
export { renderPage } from './render.js';
export type { ConsentScope } from './scope-list.js';
export { SecondFactorPage } from './second-factor.page.js';
export { SelectAccountPage, type SelectAccountPageProps } from './select-account.page.js';
export { type SignInLink, SignInPage, type SignInPageProps } from './sign-in.page.js';
export { SignOutPage, type SignOutPageProps } from './sign-out.page.js';
export { SignedOutPage, type SignedOutPageProps, signedOutScript } from './signed-out.page.js';
export { StepExpiredPage } from './step-expired.page.js';
export { stylesheet } from './styles.js';
