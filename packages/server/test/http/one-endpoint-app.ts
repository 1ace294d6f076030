import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { createHttpApp } from '../../src/http/app.js';
import { createBrowsers } from '../../src/http/browser.js';
import { defaultBrand } from '../../src/pages/index.js';
import { createTexts } from '../../src/texts/texts.js';

type HttpAppParameters = Parameters<typeof createHttpApp>;

/** An HTTP application of one route, without a log and without trusted proxies. */
export async function oneEndpointApp(
  issuer: string,
  route: HttpAppParameters[0][number],
  settings: Partial<HttpAppParameters[1]> = {},
) {
  const keys = await createDeploymentKeys({ secret: 'a secret' }, cheapStretch);
  return createHttpApp([route], {
    issuer,
    texts: createTexts(),
    brand: defaultBrand,
    requestedLanguages: () => undefined,
    browsers: createBrowsers(issuer, keys, systemRandom),
    log: { info: () => {}, error: () => {}, refusal: () => {} },
    newRequestId: () => 'the-request-id',
    logAddresses: 'full',
    trustedProxies: 0,
    ...settings,
  });
}
