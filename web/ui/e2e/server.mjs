// A server of our own for the tests: the built program, the demo municipality in a temporary
// folder, the built page, a free port on loopback. stop() ends it by its process id.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const build = process.env["AKTENWERK_BUILD"] ?? join(root, "build", "release");
const run = promisify(execFile);
const readyWaitMs = 30_000;

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const quoted = (text) => JSON.stringify(text);

async function writeConfig(folder, port, adminPort) {
  const config = join(folder, "aktenwerk.toml");
  const helper = join(build, "search", "extract", "aktenwerk-extract");
  await writeFile(
    config,
    `data_dir = ${quoted(join(folder, "data"))}
[listen]
port = ${port}
[admin_listen]
port = ${adminPort}
[extract]
helper_path = ${quoted(helper)}
[page]
folder = ${quoted(join(root, "web", "ui", "dist"))}
[[tenant]]
id = "musterbach"
name = "Gemeinde Musterbach"
hosts = ["localhost"]
[[tenant]]
id = "nebenbach"
name = "Gemeinde Nebenbach"
hosts = ["nebenbach.localhost"]
`,
  );
  return config;
}

// Whether every demo document's text has been read and indexed is not asked: tests wait for it.
function isReady(port) {
  return new Promise((resolve) => {
    const request = get(
      { host: "127.0.0.1", port, path: "/readyz", rejectUnauthorized: false, headers: { host: `localhost:${port}` }, servername: "localhost" },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on("error", () => resolve(false));
  });
}

// One run of the program; resolves when it answers.
async function serve(config, port, logFile) {
  const log = await open(logFile, "a");
  const child = spawn(join(build, "web", "aktenwerk"), ["serve", "--config", config], {
    stdio: ["ignore", log.fd, log.fd],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    await log.close();
  };
  const until = Date.now() + readyWaitMs;
  while (!(await isReady(port))) {
    if (Date.now() > until || child.exitCode !== null) {
      await stop();
      throw new Error(`the server did not become ready:\n${await readFile(logFile, "utf8")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { stop };
}

// `halt` ends the program and keeps its data, `goOn` starts it again at the same address.
export async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), "aktenwerk-page-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const config = await writeConfig(folder, port, adminPort);
  const users = join(folder, "users.json");
  await run(join(build, "deploy", "demo", "aktenwerk-demo"), ["--config", config, "--users", users]);
  const start = () => serve(config, port, join(folder, "server.log"));
  let running = await start();
  const halt = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    url: `https://localhost:${port}`,
    users: JSON.parse(await readFile(users, "utf8")),
    halt,
    goOn: async () => {
      running = await start();
    },
    stop: async () => {
      await halt();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
