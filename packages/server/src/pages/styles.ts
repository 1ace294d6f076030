import { accountStyles } from './account/account-styles.js';
import { createAsset } from './asset.js';
import { dark, light, modeVariables } from './palette.js';

/** Fonts that the systems of users have. */
const SYSTEM_FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

/** All CSS of the pages. Colours come from the palette, whose contrast is tested. */
const css = `
:root { color-scheme: light dark; ${modeVariables(light)} --radius: 0.75rem; --font: ${SYSTEM_FONTS}; --shadow: 0 1px 2px #14211d0f, 0 12px 40px -12px #14211d24; }
@media (prefers-color-scheme: dark) { :root { ${modeVariables(dark)} --shadow: 0 1px 2px #00000066, 0 16px 48px -12px #000000a6; } }

*, *::before, *::after { box-sizing: border-box; }
body {
  min-height: 100vh; min-height: 100dvh; margin: 0; padding: 1.5rem 1rem 3rem;
  display: flex; flex-direction: column; align-items: center;
  background: radial-gradient(48rem 26rem at 50% -10rem, var(--accent-soft), transparent) no-repeat var(--paper);
  color: var(--text);
  font: 1rem/1.5 var(--font);
  -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
  overflow-wrap: anywhere;
}
h1, h2, p, ul, dl, dd { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 0.875rem; line-height: 1.4; font-weight: 600; color: var(--muted); }
code, .host { unicode-bidi: isolate; direction: ltr; font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.9em; }
a { color: var(--accent); text-underline-offset: 0.2em; }
a:hover { color: var(--accent-hover); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.icon { flex: none; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; border: 0; opacity: 0; pointer-events: none; }
.strong { font-weight: 600; color: var(--text); }

.masthead { display: flex; flex-wrap: wrap; align-items: center; justify-content: center; gap: 0.625rem; max-width: 100%; margin: auto 0 1.25rem; }
.masthead .tile { width: 2rem; height: 2rem; border-radius: calc(var(--radius) * 0.75); font-size: 1rem; }
.masthead-name { min-width: 0; max-width: calc(100% - 2.625rem); overflow: hidden; white-space: nowrap; text-overflow: ellipsis; font-weight: 600; letter-spacing: -0.01em; }
.whose-page { flex: 1 0 100%; margin-top: -0.25rem; font-size: 0.875rem; color: var(--muted); text-align: center; }
.card {
  width: 100%; max-width: 28rem; margin: 0 0 auto; padding: 2rem; border-radius: calc(var(--radius) * 1.667);
  background: var(--surface); border: 1px solid var(--line); box-shadow: var(--shadow);
}
.lead { margin-top: 0.5rem; color: var(--muted); }
.card > p:not([class]) { margin-top: 1rem; }
.lead .host { color: var(--text); }

.tile {
  position: relative; flex: none; display: grid; place-items: center; overflow: hidden;
  width: 3.5rem; height: 3.5rem; border-radius: calc(var(--radius) * 1.333); border: 1px solid var(--line);
  background: var(--sunken); color: var(--accent); font-size: 1.5rem; font-weight: 650; line-height: 1;
}
.tile img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; background: #fff; }
.tile img::after { content: attr(data-monogram); position: absolute; inset: 0; display: grid; place-items: center; background: var(--sunken); }
.tile-logo { background: none; border-color: transparent; }
.tile-logo img { background: none; }
.masthead-logo { display: block; width: auto; height: 2.5rem; max-width: min(18rem, 100%); object-fit: contain; }
@media (prefers-color-scheme: dark) {
  .logo-on-white img { background: #fff; }
  .logo-on-white .masthead-logo { height: 3rem; padding: 0.25rem 0.625rem; border-radius: var(--radius); }
}
.tile-wide { width: auto; min-width: 3.5rem; max-width: 14rem; padding: 0.5rem; background: #fff; }
.tile-wide img { position: static; width: auto; max-width: 100%; }
.tile-person { width: 2.5rem; height: 2.5rem; border-radius: 50%; font-size: 1rem; background: var(--accent-soft); border-color: transparent; }
.tile-brand { background: var(--brand); color: var(--on-brand); border-color: transparent; }
.tile-brand .mark { width: 58%; height: 58%; }

.fields { display: grid; gap: 1.125rem; margin-top: 1.5rem; }
.field { display: grid; gap: 0.375rem; }
.field label { font-size: 0.875rem; font-weight: 600; }
.field .check { display: flex; align-items: center; justify-self: start; }
.field .check label { padding: 0.6875rem 0.5rem; font-weight: 400; cursor: pointer; }
.field input {
  width: 100%; min-height: 3rem; padding: 0.625rem 0.875rem; border-radius: var(--radius);
  border: 1px solid var(--control); background: var(--surface); color: inherit; font: inherit;
}
.field .check input { width: 1.125rem; height: 1.125rem; min-height: 0; margin: 0; accent-color: var(--accent); }
.field input:focus { border-color: var(--accent); outline: 3px solid var(--accent); outline-offset: 1px; }
.field input[aria-invalid="true"]:not(:focus) { border-color: var(--danger); }

.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 3rem; padding: 0.625rem 1.25rem;
  border: 1px solid var(--control); border-radius: var(--radius); background: var(--surface); color: var(--text);
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
}
.button:hover { background: var(--sunken); border-color: var(--accent); color: var(--text); }
.button-primary { background: var(--accent); border-color: transparent; color: var(--on-accent); }
.button-primary:hover { background: var(--accent-hover); border-color: transparent; color: var(--on-accent); }
.button-wide { width: 100%; }
.quiet {
  display: inline-flex; align-items: center; justify-content: center; min-width: 2.75rem; min-height: 2.75rem; padding: 0 0.5rem;
  border: 1px solid transparent; border-radius: calc(var(--radius) * 0.75); background: none; color: var(--accent);
  font: inherit; font-size: 0.875rem; font-weight: 600; text-decoration: none; white-space: nowrap; cursor: pointer;
}
.quiet:hover { color: var(--accent-hover); text-decoration: underline; }
.qr { display: block; width: 12rem; max-width: 100%; margin: 1rem auto; border-radius: var(--radius); background: #fff; fill: #000; }
.secret { overflow-wrap: anywhere; font-size: 1.0625rem; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0.5rem; margin-top: 1.25rem; padding: 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sunken); font-size: 1.0625rem; }
.field-error { margin: 0; color: var(--danger); font-size: 0.9375rem; }
.passkey { margin-top: 1.25rem; }
.caught-mail { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.mail-text { margin-top: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.other-ways { display: grid; gap: 0.625rem; margin-top: 1.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.aside { margin-top: 0.5rem; text-align: center; }
.onwards { margin-top: 1.5rem; }

.alert, .note { display: flex; gap: 0.625rem; margin-top: 1.25rem; padding: 0.75rem 0.875rem; border-radius: var(--radius); font-size: 0.9375rem; }
.alert { background: var(--danger-soft); border: 1px solid var(--danger); }
.alert .icon { margin-top: 0.125rem; color: var(--danger); }
.note { background: var(--warning-soft); border: 1px solid transparent; }
.note .icon { margin-top: 0.125rem; color: var(--warning); }

.link-up { display: flex; align-items: center; margin-bottom: 1.25rem; }
.link-up-line { width: 2.5rem; border-top: 2px dashed var(--control); margin: 0 0.5rem; }
.link-up:has(.link-up-line) + h1 { font-weight: 500; }
.app-name { font-weight: 700; }
.person {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.75rem; margin-top: 1.25rem; padding: 0.5rem 0.5rem 0.5rem 0.75rem;
  border: 1px solid var(--line); border-radius: var(--radius); background: var(--sunken);
}
.person-text { flex: 1 1 7.5rem; min-width: 0; line-height: 1.35; }
.person-name, .person-email { display: block; font-size: 0.9375rem; }
.person-name { font-weight: 600; }
.person-email { color: var(--muted); font-size: 0.875rem; }
.person-switch { flex: none; margin-inline-start: auto; }

.card > h2 { margin-top: 1.5rem; }
.scopes { margin-top: 0.75rem; display: grid; gap: 0.875rem; }
.scope { display: flex; gap: 0.75rem; }
.scope-icon { flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: calc(var(--radius) * 0.75); background: var(--accent-soft); color: var(--accent); }
.scope-icon { position: relative; }
.scope-icon-write { position: absolute; inset-inline-end: -0.375rem; bottom: -0.375rem; display: grid; place-items: center; width: 1.25rem; height: 1.25rem; border-radius: 50%; background: var(--accent); color: var(--on-accent); box-shadow: 0 0 0 2px var(--surface); }
.scope-icon-write .icon { width: 0.75rem; height: 0.75rem; stroke-width: 2.25; }
.scope-resource { margin-top: 1.25rem; font-size: 0.875rem; font-weight: 600; color: var(--muted); overflow-wrap: anywhere; }
.scope-already .scope-icon { background: var(--sunken); color: var(--muted); }
.scope-optional { cursor: pointer; }
.scope-optional input { flex: none; align-self: center; width: 1.375rem; height: 1.375rem; margin: 0; margin-inline-start: auto; accent-color: var(--accent); }
.optional-hint { margin-top: 0.875rem; }
.publisher { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; margin-top: 0.5rem; font-size: 0.9375rem; color: var(--muted); }
.publisher a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.verified, .unverified { display: inline-flex; align-items: center; gap: 0.25rem; }
.verified { color: var(--accent); font-weight: 600; }
.verified .icon, .unverified .icon { width: 1rem; height: 1rem; }
.scope-text { min-width: 0; align-self: center; line-height: 1.4; }
.scope-title, .scope-description { display: block; }
.scope-title { font-weight: 550; }
.scope-description { color: var(--muted); font-size: 0.875rem; }
.choices { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin-top: 1.75rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.choices .button { padding-inline: 0.5rem; }
.small-print { margin-top: 1rem; font-size: 0.875rem; color: var(--muted); display: grid; gap: 0.25rem; }
.small-print p a { padding-block: 0.75rem; }
.small-print .host { color: var(--text); }
.inline-links { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
.inline-links a { display: inline-flex; align-items: center; min-height: 2.75rem; }

.badge { display: grid; place-items: center; width: 3rem; height: 3rem; margin-bottom: 1.25rem; border-radius: var(--radius); background: var(--accent-soft); color: var(--accent); }
.badge-trouble { background: var(--danger-soft); color: var(--danger); }
.badge .icon { width: 1.5rem; height: 1.5rem; }
.panel { margin-top: 1.5rem; padding: 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sunken); font-size: 0.9375rem; }
.panel p { margin-top: 0.375rem; }
.panel code { font-weight: 600; }
.facts { display: grid; gap: 0.375rem; margin-top: 1.25rem; font-size: 0.875rem; }
.facts > div { display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
.facts dt { flex: 0 0 4.5rem; color: var(--muted); }
.facts dd { flex: 1 1 10rem; min-width: 0; }
.doors { display: grid; gap: 0.625rem; margin-top: 1.5rem; }
.door {
  display: flex; align-items: center; gap: 1rem; min-height: 3.5rem; padding: 0.75rem 1rem; border: 1px solid var(--line);
  border-radius: var(--radius); text-decoration: none; color: var(--text);
}
.door:hover { border-color: var(--accent); background: var(--sunken); color: var(--text); }
.door .icon { color: var(--accent); }
[dir="rtl"] .door-text + .icon { transform: scaleX(-1); }
.door-text { flex: 1; min-width: 0; line-height: 1.4; }
.door-label, .door-description { display: block; }
.door-label { font-weight: 600; }
.door-description { color: var(--muted); font-size: 0.875rem; }

${accountStyles}
.site-links { max-width: 100%; margin-top: 1rem; font-size: 0.875rem; }
.site-links .inline-links { justify-content: center; }

@media (max-width: 30rem) {
  body { padding: 1rem 0.75rem 2rem; }
  .masthead { margin: 0.25rem 0 1rem; }
  .card { padding: 1.5rem 1.25rem; border-radius: calc(var(--radius) * 1.333); }
}
@media (prefers-reduced-motion: no-preference) {
  .button, .door, .quiet { transition: background-color 120ms, border-color 120ms, color 120ms; }
}
@media (forced-colors: active) {
  .button-primary, .tile, .scope-icon, .badge, .note { border: 1px solid ButtonText; }
  .button-primary { border-width: 3px; }
}
`.trim();

/** The stylesheet of all pages. */
export const stylesheet = createAsset(
  css,
  'text/css; charset=utf-8',
  (hash) => `/assets/grantor.${hash}.css`,
);
