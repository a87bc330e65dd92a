// Every path that is a screen. The build writes them to page-routes.txt for the server.
export const pagePatterns = {
  start: "/",
  inbox: "/inbox",
  inbound: "/inbox/{id}",
  tasks: "/tasks",
  task: "/tasks/{id}",
  files: "/files",
  unit: "/files/{id}",
  dossier: "/dossiers/{id}",
  document: "/documents/{id}",
  search: "/search",
  bin: "/bin",
  substitutions: "/substitutions",
  erasures: "/erasures",
  erasure: "/erasures/{id}",
} as const;

export type PageName = keyof typeof pagePatterns;
