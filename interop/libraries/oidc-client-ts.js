import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import express from 'express';

const { ISSUER, CLIENT_ID, APP_URL, PORT } = process.env;

const app = express();
const page = await readFile(new URL('oidc-client-ts.html', import.meta.url), 'utf8');

for (const name of ['oidc-client-ts', 'jwt-decode']) {
  const source = await readFile(fileURLToPath(import.meta.resolve(name)), 'utf8');
  app.get(`/${name}.js`, (_request, response) => response.type('text/javascript').send(source));
}
app.get('/settings.js', (_request, response) =>
  response
    .type('text/javascript')
    .send(`export const { issuer, clientId } = ${JSON.stringify({ issuer: ISSUER, clientId: CLIENT_ID })};`),
);
app.get(['/', '/callback'], (_request, response) => response.type('text/html').send(page));

app.listen(PORT, 'localhost', () => console.log('ready', APP_URL));
