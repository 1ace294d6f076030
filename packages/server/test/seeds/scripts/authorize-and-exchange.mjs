const { BASE_URL: base, CLIENT_ID: clientId, REDIRECT_URI: redirectUri, CODE: code } = process.env;

const query = new URLSearchParams({
  response_type: 'code',
  client_id: clientId,
  redirect_uri: redirectUri,
  scope: 'openid files:read',
  state: 'secure-state',
});
console.log(JSON.stringify({ step: 'authorize', url: `${base}/oauth2/authorize?${query}` }));

if (code) {
  const response = await fetch(`${base}/oauth2/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    // Neither a secret nor a verifier: the client only names itself.
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
    }),
  });
  console.log(JSON.stringify({ step: 'exchange', status: response.status, body: await response.json() }));
}
