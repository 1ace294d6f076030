import { raw } from 'hono/html';
import { scriptSource } from './asset.js';

/** Prevents a second submission by a double click, which the server would refuse. Forms of other scripts are left alone. */
const scriptText = `(() => {
  let sentAt = -Infinity;
  addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (event.timeStamp - sentAt < 3000) event.preventDefault();
    else sentAt = event.timeStamp;
  });
  const show = document.getElementById('show-password');
  const password = document.getElementById('password');
  if (show === null || password === null) return;
  const apply = () => {
    password.type = show.checked ? 'text' : 'password';
  };
  show.closest('[hidden]').hidden = false;
  show.addEventListener('change', apply);
  addEventListener('pageshow', apply);
  addEventListener('submit', () => {
    password.type = 'password';
  });
})();`;

/** The script of the pages with a form that users fill in, as a source expression for the Content-Security-Policy. */
export const formScript = scriptSource(scriptText);

/** Keeps a double click from sending a form twice, and lets users see their password. The pages work without it. */
export function FormScript() {
  return <script id="form-script">{raw(scriptText)}</script>;
}
