// A server of our own for the tests: the built program, the demo municipality in a temporary
// folder, the built page, a free port on loopback, and under Musterbach a disk that fails when told so
// (tests/crash). stop() ends it by its process id.
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
async function serve(config, port, logFile, disk) {
  const log = await open(logFile, "a");
  const child = spawn(join(build, "web", "aktenwerk"), ["serve", "--config", config], {
    stdio: ["ignore", log.fd, log.fd],
    env: { ...process.env, ...disk.environment },
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

// The harness's end of tests/crash/failing_disk, as failing_disk/control.h lays it out.
async function failingDisk(folder) {
  const control = join(folder, "disk-control");
  await writeFile(control, Buffer.alloc(64));
  const setFault = async (number) => {
    const file = await open(control, "r+");
    await file.write(Buffer.from([number, 0, 0, 0]), 0, 4, 0);
    await file.close();
  };
  return {
    environment: {
      LD_PRELOAD: join(build, "tests", "crash", "libfailing_disk.so"),
      AKTENWERK_DISK_FAULT_CONTROL: control,
      AKTENWERK_DISK_FAULT_FOLDER: join(folder, "data", "musterbach", "store"),
    },
    fail: () => setFault(1), // syncs
    mend: () => setFault(0),
  };
}

// `halt` ends the program and keeps its data, `goOn` starts it again at the same address.
export async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), "aktenwerk-page-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const config = await writeConfig(folder, port, adminPort);
  const users = join(folder, "users.json");
  await run(join(build, "deploy", "demo", "aktenwerk-demo"), ["--config", config, "--users", users]);
  const disk = await failingDisk(folder);
  const start = () => serve(config, port, join(folder, "server.log"), disk);
  let running = await start();
  const halt = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    url: `https://localhost:${port}`,
    users: JSON.parse(await readFile(users, "utf8")),
    disk,
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
