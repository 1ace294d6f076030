// RFC 8414 §3.1: clients look for the metadata of an issuer with a path between host and path.
import { handlers } from '../../../../lib/authorization-server';

export const { GET, OPTIONS } = handlers;
