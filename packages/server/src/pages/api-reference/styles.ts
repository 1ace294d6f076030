import { createAsset } from '../asset.js';

/** What the reference needs beside the stylesheet of all pages, whose colours it uses. */
const css = `
html { scroll-padding-top: 1rem; }
body.reference { display: block; padding: 0; background: var(--paper); }
.skip { position: absolute; left: -100vw; padding: 0.75rem 1rem; background: var(--surface); }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; }
.reference h1 { font-size: 2rem; }
.reference h2 { margin: 3rem 0 1rem; font-size: 1.375rem; font-weight: 650; letter-spacing: -0.01em; color: var(--text); }
.reference h3 { margin: 0; font-size: 1.0625rem; font-weight: 650; }
.reference h3 a { color: inherit; text-decoration: none; }
.reference h3 a:hover { text-decoration: underline; }
.reference h4 { margin: 1.25rem 0 0.5rem; font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
.reference-head {
  display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 0.75rem 1.25rem;
  border-bottom: 1px solid var(--line); background: var(--surface);
}
.reference-brand { display: flex; align-items: center; gap: 0.625rem; color: var(--text); text-decoration: none; }
.reference-brand .tile { width: 2rem; height: 2rem; border-radius: calc(var(--radius) * 0.75); font-size: 1rem; }
.reference-body { max-width: 82rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
.reference-body > main { min-width: 0; }
.sidebar { display: none; }
.contents { margin-top: 1.5rem; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.contents summary { padding: 0.75rem 1rem; font-weight: 600; cursor: pointer; }
.contents > ul { padding: 0 1rem 1rem; }
.contents-list ul { margin: 0.25rem 0 1rem; }
.contents-list a { display: flex; gap: 0.5rem; padding: 0.25rem 0; font-size: 0.875rem; color: var(--text); text-decoration: none; }
.contents-list a:hover { color: var(--accent); text-decoration: underline; }
.contents-list .contents-chapter { font-weight: 600; }
.contents-list .method { flex: 0 0 3.75rem; align-self: start; }

.method, .status, .tag { display: inline-block; flex: none; white-space: nowrap; padding: 0 0.375rem; border-radius: 0.375rem; font-size: 0.75rem; line-height: 1.25rem; font-weight: 600; text-align: center; }
.method-get { background: var(--accent-soft); color: var(--accent); }
.method-post, .method-put, .method-patch { background: var(--warning-soft); color: var(--warning); }
.method-delete { background: var(--danger-soft); color: var(--danger); }
.status-2 { background: var(--accent-soft); color: var(--accent); }
.status-4 { background: var(--sunken); color: var(--muted); }
.tag { margin-left: 0.5rem; background: var(--sunken); color: var(--muted); font-weight: 500; }
.tag-required { background: var(--warning-soft); color: var(--warning); }

.operation { margin-top: 1rem; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: calc(var(--radius) * 1.333); background: var(--surface); }
.operation:target { border-color: var(--accent); }
.operation > p { margin-top: 0.625rem; }
.operation .body-note { margin: 0 0 0.5rem; font-size: 0.875rem; color: var(--muted); }
.address code { font-weight: 600; }
.operation pre {
  margin: 1rem 0 0; padding: 0.875rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: var(--radius);
  background: var(--sunken); font: 0.8125rem/1.55 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
.field-list > div, .responses > div { padding: 0.5rem 0; border-top: 1px solid var(--line); }
.field-list dd { margin-top: 0.125rem; font-size: 0.875rem; color: var(--muted); }
.field-list dt > code { font-weight: 600; }
.type { font-size: 0.875rem; color: var(--muted); }
.responses > div { display: flex; gap: 0.75rem; font-size: 0.875rem; }
.responses dd { min-width: 0; }

@media (min-width: 64rem) {
  .reference-body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); gap: 3rem; }
  .sidebar { display: block; position: sticky; top: 0; align-self: start; max-height: 100vh; margin-top: -1.5rem; padding: 1.5rem 0.5rem 1.5rem 0.25rem; overflow-y: auto; }
  .contents { display: none; }
}
@media (max-width: 30rem) {
  .reference-head, .reference-body { padding-left: 0.875rem; padding-right: 0.875rem; }
  .operation { padding: 1rem; }
}
@media (forced-colors: active) {
  .method, .status, .tag { border: 1px solid ButtonText; }
}
`.trim();

/** The stylesheet of the API reference. */
export const referenceStylesheet = createAsset(
  css,
  'text/css; charset=utf-8',
  (hash) => `/api/docs/reference.${hash}.css`,
);
