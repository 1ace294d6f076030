/** The rules of the account pages, besides those of all pages. */
export const accountStyles = `
.card-wide { max-width: 60rem; }
.card-wide > .person { margin-top: 0; }
.account-title { margin-top: 1.5rem; }
.account-groups { columns: 2 22rem; column-gap: 1.75rem; margin: 1.5rem 0 -1.75rem; }
.account-groups > section { break-inside: avoid; padding-bottom: 1.75rem; }
.account-groups .doors { margin-top: 0.75rem; }
.account-columns { margin-top: 1rem; }
.account-nav { display: none; }
.account-nav-link {
  display: flex; align-items: center; gap: 0.75rem; min-height: 2.75rem; padding: 0.5rem 0.75rem; border-radius: calc(var(--radius) * 0.75);
  color: var(--text); text-decoration: none; line-height: 1.3;
}
.account-nav-link .icon { color: var(--muted); }
.account-nav-link:hover { background: var(--sunken); color: var(--text); }
.account-nav-link[aria-current] { background: var(--accent-soft); font-weight: 600; }
.account-nav-link[aria-current] .icon { color: var(--accent); }
.account-back .quiet { gap: 0.375rem; margin-inline-start: -0.5rem; }
.account-back .icon { width: 1rem; height: 1rem; transform: rotate(180deg); }
[dir="rtl"] .account-back .icon { transform: none; }
.account-section > p:not([class]) { margin-top: 1rem; }
.account-section h2 { margin-top: 2rem; font-size: 1rem; color: var(--text); }
.account-section > h2 + p:not([class]) { margin-top: 0.25rem; }
.done { display: flex; gap: 0.625rem; margin-top: 1.25rem; padding: 0.75rem 0.875rem; border-radius: var(--radius); background: var(--accent-soft); border: 1px solid transparent; font-size: 0.9375rem; }
.done .icon { margin-top: 0.125rem; color: var(--accent); }
.rows { display: grid; margin-top: 1.25rem; border: 1px solid var(--line); border-radius: var(--radius); }
.row { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.75rem; padding: 1rem; }
.row + .row { border-top: 1px solid var(--line); }
.row .tile { width: 2.5rem; height: 2.5rem; border-radius: var(--radius); font-size: 1.125rem; }
.row-text { flex: 1 1 12rem; min-width: 0; font-size: 0.875rem; color: var(--muted); }
.row-title { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.5rem; font-size: 1rem; font-weight: 600; color: var(--text); }
.row-text ul { display: grid; gap: 0.125rem; margin-top: 0.375rem; padding-inline-start: 1.125rem; list-style: disc; color: var(--text); }
.row-action { flex: none; margin-inline-start: auto; }
.mark-word { display: inline-block; padding: 0 0.5rem; border-radius: 1rem; white-space: nowrap; background: var(--accent-soft); color: var(--accent); font-size: 0.8125rem; font-weight: 600; }
.facts-wide dt { flex-basis: 9rem; }
.row-about { font-weight: 700; }
.effects { display: grid; gap: 0.75rem; margin-top: 1.25rem; }
.effects li { display: flex; gap: 0.625rem; }
.effects .icon { margin-top: 0.125rem; color: var(--danger); }
.empty { margin-top: 1.25rem; padding: 1.25rem 1rem; border: 1px dashed var(--control); border-radius: var(--radius); color: var(--muted); }
.button-small { min-height: 2.75rem; padding: 0.375rem 0.875rem; font-size: 0.9375rem; }
.button-danger { background: var(--surface); border-color: var(--danger); color: var(--danger); }
.button-danger:hover { background: var(--danger-soft); border-color: var(--danger); color: var(--danger); }
.disclosed { margin-top: 1.25rem; }
.disclosed summary { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--accent); font-size: 0.9375rem; font-weight: 600; cursor: pointer; }
.disclosed-form { display: grid; gap: 1rem; justify-items: start; margin-top: 0.5rem; padding: 1rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--sunken); }
.disclosed-form .field { width: 100%; }
.field select {
  width: 100%; min-height: 3rem; padding: 0.625rem 0.875rem; border-radius: var(--radius);
  border: 1px solid var(--control); background: var(--surface); color: inherit; font: inherit;
}
.field-hint { font-size: 0.875rem; color: var(--muted); }
.fields .button-primary { justify-self: start; }
.checks { display: grid; gap: 0 1rem; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); margin: 0; padding: 0; border: 0; min-width: 0; }
.checks legend { padding: 0; font-size: 0.875rem; font-weight: 600; }
.tick { display: flex; align-items: flex-start; gap: 0.625rem; padding: 0.625rem 0; cursor: pointer; }
.tick input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0.125rem 0 0; accent-color: var(--accent); }
.secret { display: block; margin-top: 0.75rem; padding: 0.75rem 0.875rem; border: 1px solid var(--control); border-radius: var(--radius); background: var(--surface); overflow-wrap: anywhere; user-select: all; }
@media (min-width: 56rem) {
  .account-columns { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2.5rem; margin-top: 1.5rem; }
  .account-nav { display: block; }
  .account-back { display: none; }
  .account-section .button-wide { width: auto; }
  .account-section :is(.fields, .other-ways) .button { justify-self: start; }
}
`.trim();
