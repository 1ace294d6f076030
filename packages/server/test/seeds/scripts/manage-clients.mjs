const { BASE_URL: base, API_KEY: key } = process.env;

async function call(step, method, path, fields) {
  const response = await fetch(`${base}/api/2.0/clients${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      Accept: 'application/json',
      'Content-Type': 'application/json',
    },
    ...(fields && { body: JSON.stringify(fields) }),
  });
  // A deletion counts by its status alone; every other answer is a document, bare or in an envelope.
  const answer = step === 'delete' ? {} : await response.json();
  const body = answer.response || answer;
  console.log(JSON.stringify({ step, status: response.status, body }));
  return response.ok ? body : undefined;
}

const created = await call('create', 'POST', '', {
  name: 'My New App',
  redirectUris: ['https://myapp.example.com/callback'],
  grantTypes: ['authorization_code', 'refresh_token'],
});
if (created) {
  await call('update', 'PUT', `/${created.id}`, { redirectUris: ['https://myapp.example.com/callback2'] });
  await call('delete', 'DELETE', `/${created.id}`);
}
