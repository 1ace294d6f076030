/** @type {import('next').NextConfig} */
export default {
  // Grantor has native modules and reads files of its own package: Node.js loads it, and the bundle leaves it out.
  serverExternalPackages: ['@grantor/server'],
  // `next dev` logs addresses, and those of Grantor hold codes.
  logging: { incomingRequests: { ignore: [/^\/auth\//] } },
};
