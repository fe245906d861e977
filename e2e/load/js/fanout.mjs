// Does with the package `ws` what the server's live connection does: `node fanout.mjs PORT FILE`. Every second
// each client is sent the message of the file, with the present time in place of the one in it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";

const [port, file] = process.argv.slice(2);
const message = readFileSync(file);

/** From one message to the next. */
const PRICES_EVERY_MS = 1_000;
/** From ping to ping, as the server has it. */
const PING_EVERY_MS = 20_000;
/** What stands before the time in a message. */
const BEFORE_TIME = '"now":"';
/** Bytes are sent as text: nothing is encoded again for each client. */
const TEXT = { binary: false };

const found = message.indexOf(BEFORE_TIME);
if (found < 0) throw new Error(`${file} has no time in it`);
const place = found + BEFORE_TIME.length;

/** The time at the zero of performance.now(), which is finer than Date.now(): read when that one changes. */
function zeroOfTime() {
  const first = Date.now();
  let now = first;
  while (now === first) now = Date.now();
  return now - performance.now();
}

const zero = zeroOfTime();

/** The present time to the microsecond, as long as the server writes it. */
function now() {
  const ms = zero + performance.now();
  const micros = Math.floor((ms % 1) * 1_000);
  return `${new Date(ms).toISOString().slice(0, 23)}${String(micros).padStart(3, "0")}Z`;
}

/** The message as of now. A new one each time: a socket may still have the one before to send. */
function prices() {
  const bytes = Buffer.from(message);
  bytes.write(now(), place, "latin1");
  return bytes;
}

const http = createServer((_, response) => response.end("ready\n"));
const server = new WebSocketServer({ server: http });
server.on("connection", (socket) => {
  // A client that has gone is its own affair.
  socket.on("error", () => {});
  socket.send(prices(), TEXT);
  socket.ping();
  const pings = setInterval(() => socket.ping(), PING_EVERY_MS);
  socket.on("close", () => clearInterval(pings));
});

setInterval(() => {
  const bytes = prices();
  for (const socket of server.clients) {
    if (socket.readyState === WebSocket.OPEN) socket.send(bytes, TEXT);
  }
}, PRICES_EVERY_MS);

http.listen(Number(port), "127.0.0.1");
