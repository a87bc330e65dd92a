// After `vite build`: puts pdf.js's own folders beside the page, weighs the first load, and stores
// every text and binary that shrinks as .br and .gz for the server.
import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const firstLoadMax = 90 * 1024; // bytes of script, gzipped
const shrinks = /\.(js|mjs|css|html|svg|wasm|webmanifest|bcmap|ttf|pfb)$/;
const smallMin = 512; // bytes; below that compressing gains nothing

async function filesUnder(folder) {
  const names = await readdir(folder, { recursive: true });
  const paths = names.map((name) => join(folder, name));
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return paths.filter((_, i) => stats[i].isFile());
}

// The scripts that index.html needs before it can show anything: its entry and what that imports.
function firstScripts(manifest) {
  const needed = new Set();
  const add = (name) => {
    const chunk = manifest[name];
    if (!chunk || needed.has(chunk.file)) return;
    needed.add(chunk.file);
    for (const each of chunk.imports ?? []) add(each);
  };
  add("index.html");
  return [...needed];
}

async function copyPdfHelpers() {
  const source = join(root, "node_modules", "pdfjs-dist");
  const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  for (const folder of ["wasm", "cmaps", "standard_fonts"]) {
    await cp(join(source, folder), join(dist, `pdfjs-${version}`, folder), { recursive: true });
  }
}

async function checkBudget() {
  const manifest = JSON.parse(await readFile(join(dist, ".vite", "manifest.json"), "utf8"));
  let total = 0;
  for (const file of firstScripts(manifest)) {
    total += gzipSync(await readFile(join(dist, file)), { level: 9 }).length;
  }
  await rm(join(dist, ".vite"), { recursive: true });
  const text = `first load: ${(total / 1024).toFixed(1)} kB of script, gzipped (at most 90)`;
  if (total === 0 || total > firstLoadMax) throw new Error(text);
  console.log(text);
}

async function compress(path) {
  const bytes = await readFile(path);
  if (!shrinks.test(path) || bytes.length < smallMin) return;
  const options = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
  const forms = { br: brotliCompressSync(bytes, options), gz: gzipSync(bytes, { level: 9 }) };
  for (const [ending, form] of Object.entries(forms)) {
    if (form.length < bytes.length * 0.95) await writeFile(`${path}.${ending}`, form);
  }
}

await copyPdfHelpers();
await checkBudget();
for (const path of await filesUnder(dist)) await compress(path);
