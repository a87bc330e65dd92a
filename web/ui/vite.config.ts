import { defineConfig, type Plugin } from "vite";
import { pagePatterns } from "./src/router/patterns.ts";

// The server answers these paths with index.html and no others: one list for both sides.
function pageRoutes(): Plugin {
  return {
    name: "page-routes",
    generateBundle() {
      this.emitFile({
        type: "asset",
        fileName: "page-routes.txt",
        source: `${Object.values(pagePatterns).join("\n")}\n`,
      });
    },
  };
}

// `npm run dev` talks to a running server: AKTENWERK_URL (deploy/quickstart prints it).
const server = process.env["AKTENWERK_URL"] ?? "https://localhost:8443";

export default defineConfig({
  plugins: [pageRoutes()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    // The policy allows no data: fonts, and a small file of its own is cached as well as any.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    // The server takes changes from its own origin only, so they come to it as from there.
    proxy: {
      "/api": { target: server, secure: false, changeOrigin: true, headers: { origin: server } },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], testTimeout: 30_000 },
} as Parameters<typeof defineConfig>[0]);
