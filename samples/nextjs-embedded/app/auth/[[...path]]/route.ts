import { handlers } from '../../../lib/authorization-server';

export const { GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS } = handlers;
