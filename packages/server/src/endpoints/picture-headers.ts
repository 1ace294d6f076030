/** The headers of a picture. Opened as a document, it loads nothing and runs no script. Other sites may show it. */
export const pictureHeaders = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
} as const;
