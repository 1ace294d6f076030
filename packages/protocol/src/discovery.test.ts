import { expect, it } from 'vitest';
import { metadataUrls } from './index.js';

it.each(['https://as.example/tenant', 'https://as.example/tenant/'])(
  'puts the well-known part of %s before the path (RFC 8414 §3.1) and after it (Discovery 1.0 §4.1)',
  (issuer) => {
    expect(metadataUrls(issuer)).toEqual({
      oauth: 'https://as.example/.well-known/oauth-authorization-server/tenant',
      openid: 'https://as.example/tenant/.well-known/openid-configuration',
      oauthAfterPath: 'https://as.example/tenant/.well-known/oauth-authorization-server',
    });
  },
);

it.each(['https://as.example', 'https://as.example/'])(
  'has two addresses for %s, which has no path',
  (issuer) => {
    expect(new Set(Object.values(metadataUrls(issuer)))).toEqual(
      new Set([
        'https://as.example/.well-known/oauth-authorization-server',
        'https://as.example/.well-known/openid-configuration',
      ]),
    );
  },
);
