#!/usr/bin/env bash
# A tus client that nobody here wrote (tus-js-client, from npm) uploads a file to the server through a line that is cut again and
# again; it goes on by itself each time, and what arrives is byte for byte the file. Needs node and npm.
#
#   checks/tus.sh [MEGABYTES] [SECONDS BETWEEN CUTS]      default: 20 MB, cut every 200 ms; 1024 2 is a gigabyte, cut every 2 s
set -euo pipefail
cd "$(dirname "$0")/.."
megabytes=${1:-20} seconds=${2:-0.2}
command -v npm >/dev/null || { echo "there is no npm (apt install npm)" >&2; exit 1; }

cargo build -q -p chat-server
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$folder"' EXIT
(cd "$folder" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund tus-js-client@4)
target/debug/chat-server --port 0 --data "$folder/data" --limit upload-bytes=off --limit storage-per-user=off \
  --limit requests=off >"$folder/out" 2>"$folder/log" &
server=$!
until url=$(grep -o 'http://.*' "$folder/out"); do
  kill -0 "$server" || { cat "$folder/log" >&2; exit 1; }
  sleep 0.05
done
head -c "$((megabytes * 1000000))" /dev/urandom >"$folder/file"

cat >"$folder/upload.cjs" <<'SCRIPT'
const [url, file, every] = process.argv.slice(2);
const fs = require("node:fs"), net = require("node:net"), tus = require("tus-js-client");
const { hostname, port } = new URL(url);
let lines = new Set(), cuts = 0, last = 0, backwards = 0;
// A line that is cut, whatever is on it.
const proxy = net.createServer((client) => {
  const server = net.connect(port, hostname);
  lines.add(client).add(server);
  for (const [one, other] of [[client, server], [server, client]]) {
    one.pipe(other);
    one.on("error", () => other.destroy()).on("close", () => other.destroy());
  }
});
proxy.listen(0, "127.0.0.1", async () => {
  const through = `http://127.0.0.1:${proxy.address().port}`;
  const headers = { "content-type": "application/json" };
  const made = await (await fetch(`${url}/api/users`, { method: "POST", headers, body: '{"name":"tus"}' })).json();
  headers.authorization = `Bearer ${made.token}`;
  const cutter = setInterval(() => {
    if (lines.size) cuts++;
    lines.forEach((line) => line.destroy());
    lines.clear();
  }, every * 1000);
  const upload = new tus.Upload(fs.createReadStream(file), {
    endpoint: `${through}/api/uploads`,
    uploadSize: fs.statSync(file).size,
    chunkSize: 4_000_000,
    retryDelays: Array(100000).fill(20),
    metadata: { filename: "file" },
    headers: { authorization: headers.authorization },
    onProgress: (sent) => { if (sent < last) backwards++; last = sent; },
    onError: (error) => { console.error(String(error)); process.exit(1); },
    onSuccess: async () => {
      clearInterval(cutter);
      const id = upload.url.split("/").pop();
      const body = JSON.stringify({ attachments: [id] });
      const sent = await (await fetch(`${url}/api/messages`, { method: "POST", headers, body })).json();
      const digest = require("node:crypto").createHash("sha256");
      const got = await fetch(`${url}/api/uploads/${id}/file`, { headers });
      for await (const piece of got.body) digest.update(piece);
      console.log(digest.digest("hex"), sent.attachments[0].size, "bytes,", cuts, "cuts");
      process.exit(cuts > 0 ? 0 : 1);
    },
  });
  upload.start();
});
SCRIPT
told=$(cd "$folder" && node upload.cjs "$url" "$folder/file" "$seconds") || { echo "$told" >&2; exit 1; }
echo "$told"
[[ $told == "$(sha256sum "$folder/file" | cut -d' ' -f1) "* ]] || { echo "other bytes arrived" >&2; exit 1; }
