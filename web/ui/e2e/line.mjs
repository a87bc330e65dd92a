// A line to the server that can break: bytes go to and fro untouched until it is cut.
import { connect, createServer } from "node:net";

export async function startLine(port) {
  const sockets = new Set();
  let left = Infinity; // bytes towards the server until it breaks
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const line = createServer((client) => {
    if (left <= 0) return void client.destroy();
    const server = connect(port, "127.0.0.1");
    const ends = [
      [client, server],
      [server, client],
    ];
    for (const [socket, other] of ends) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    server.pipe(client);
    client.on("data", (bytes) => {
      left -= bytes.length;
      if (left <= 0) cut();
      else if (!server.write(bytes)) client.pause();
    });
    server.on("drain", () => client.resume());
  });
  await new Promise((resolve) => line.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://localhost:${line.address().port}`,
    breakAfter: (bytes) => {
      left = bytes;
    },
    mend: () => {
      left = Infinity;
    },
    stop: () => {
      cut();
      return new Promise((resolve) => line.close(resolve));
    },
  };
}
