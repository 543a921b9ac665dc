// A shaped line: a TCP proxy that passes bytes on at a rate and after a delay, each way. The browser's own emulation
// delays whole requests and knows no handshakes; here they take their time as on a real line.
import net from "node:net";

/** Bytes passed on at once: small against what fits into a second, so that the rate is smooth. */
const PIECE = 1_500;

/**
 * @param {{port: number, host: string, kbits: number, rtt: number}} to the server, kilobits per second each way, ms
 * @returns {Promise<{url: string, bytes: {down: number, up: number}, close: () => void}>}
 */
export async function shapedLine({ port, host, kbits, rtt }) {
  const bytes = { down: 0, up: 0 };
  // One bucket each way, shared by all connections, as on a line.
  const down = bucket(kbits);
  const up = bucket(kbits);
  const sockets = new Set();
  const proxy = net.createServer((near) => {
    sockets.add(near);
    near.on("close", () => sockets.delete(near));
    near.on("error", () => {});
    near.setNoDelay(true);
    // The handshake has taken no time between the browser and this proxy: it takes a round trip to reach the server.
    const far = new Promise((resolve) => {
      setTimeout(() => {
        const socket = net.connect({ port, host, noDelay: true });
        sockets.add(socket);
        socket.on("error", () => near.destroy());
        socket.on("close", () => sockets.delete(socket));
        pass(socket, near, down, rtt / 2, (count) => (bytes.down += count));
        resolve(socket);
      }, rtt);
    });
    pass(near, far, up, rtt / 2, (count) => (bytes.up += count));
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    bytes,
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

/** When a number of bytes has passed a line of this rate. @param {number} kbits */
function bucket(kbits) {
  let free = 0;
  return (count) => {
    const now = performance.now();
    free = Math.max(free, now) + (count * 8) / kbits;
    return free - now;
  };
}

function pass(from, to, line, delay, count) {
  let order = Promise.resolve();
  let waiting = 0;
  from.on("data", (data) => {
    count(data.length);
    for (let at = 0; at < data.length; at += PIECE) {
      const piece = data.subarray(at, at + PIECE);
      const wait = line(piece.length) + delay;
      const due = performance.now() + wait;
      waiting += piece.length;
      order = order.then(async () => {
        await until(due);
        (await to).write(piece);
        waiting -= piece.length;
        if (waiting < 64_000) from.resume();
      });
    }
    if (waiting > 256_000) from.pause();
  });
  from.on("end", () => (order = order.then(async () => (await to).end())));
  from.on("close", () => (order = order.then(async () => (await to).destroy())));
}

const until = (due) => {
  const rest = due - performance.now();
  return rest <= 0 ? undefined : new Promise((resolve) => setTimeout(resolve, rest));
};
