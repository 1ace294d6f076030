export * from './client-metadata.js';
export * from './errors.js';
export * from './parameters.js';
export * from './redirect-uri.js';
export * from './resource.js';
export * from './response-types.js';
export * from './scope.js';
