import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { API_BASE_URL, API_BASE_PATH, CLIENT_ID, CLIENT_SECRET, CLIENT_SCOPES } = process.env;
const { RESPONSE_TYPE, VARIANT } = process.env;

let redirectUri = '';
let verifier = '';

function authorizationUrl() {
  let url = `${API_BASE_URL}/oauth2/authorize?response_type=${RESPONSE_TYPE}&client_id=${CLIENT_ID}`;
  url += `&redirect_uri=${redirectUri}&scope=${CLIENT_SCOPES}`;
  if (VARIANT !== 'pkce') return url;
  verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return `${url}&code_challenge=${challenge}&code_challenge_method=S256`;
}

async function exchange(code) {
  const form = { client_id: CLIENT_ID, code, redirect_uri: redirectUri, grant_type: 'authorization_code' };
  const proof = VARIANT === 'pkce' ? { code_verifier: verifier } : { client_secret: CLIENT_SECRET };
  const response = await fetch(`${API_BASE_URL}/oauth2/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, ...proof }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

async function profile(token) {
  const headers = { Authorization: `Bearer ${token}` };
  const { aud } = JSON.parse(Buffer.from(token.split('.')[1], 'base64').toString());
  if (VARIANT === 'openid') {
    return (await fetch(`${aud}${API_BASE_PATH}/oauth2/userinfo`, { headers })).json();
  }
  const response = await fetch(`${aud}${API_BASE_PATH}/people/@self`, { headers });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).response;
}

async function serve(request, response) {
  response.shouldKeepAlive = false;
  const url = new URL(request.url, redirectUri);
  if (url.pathname === '/authenticate') {
    response.writeHead(302, { location: authorizationUrl() }).end();
    return;
  }
  try {
    const tokens = await exchange(url.searchParams.get('code'));
    response.setHeader('set-cookie', [
      `token=${tokens.access_token}`,
      `refresh_token=${tokens.refresh_token}`,
    ]);
    const person = JSON.stringify(await profile(tokens.access_token));
    response.writeHead(200, { 'content-type': 'application/json' }).end(person);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

const server = createServer((request, response) => void serve(request, response));

server.listen(Number(process.env.PORT), 'localhost', () => {
  const { port } = server.address();
  redirectUri = `http://localhost:${port}/callback`;
  console.log(port);
});
