export { privateKeyJwt } from '@grantor/client/private-key-jwt';
