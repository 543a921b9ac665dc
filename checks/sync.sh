#!/usr/bin/env bash
# Shows that an acknowledged message is on disk: sends one message to a real server under strace, and fails unless the
# write-ahead log with that message in it was synced after the message had been read from its socket, and before its
# Ack, or the message itself, was written to any socket. Then uploads a file in two parts, and fails unless each was synced
# after it had been written, and before the server said that it had arrived.
#
#   checks/sync.sh [--bin DIR]     DIR has a chat-server; without it the release program is built
#
# Needs Linux, strace and curl.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

(($# == 0)) || usage
programs chat-server

folder=$(mktemp -d)
server=
cleanup() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
trace=$folder/trace

# Waits until a file has a line like this; prints the first one.
line() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    grep -a -m 1 -- "$2" "$1" 2>/dev/null && return
    sleep 0.1
  done
  echo "waited in vain for '$2' in $1" >&2
  return 1
}

# Whole pages of the log are looked at, so strings are not cut. With -D the server is this shell's own child.
strace -D -f -y -s 65536 -o "$trace" \
  -e trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync \
  "$CHAT_E2E_PROGRAMS/chat-server" --port 0 --data "$folder/data" >"$folder/out" 2>"$folder/err" &
server=$!
url=$(line "$folder/out" 'listening on' | sed 's/.* on //')
token=$(curl -fsS "$url/api/users" -H 'Content-Type: application/json' -d '{"name":"witness"}' |
  sed 's/.*"token":"\([^"]*\)".*/\1/')

# A WebSocket by hand. Frames to a server are masked; masked with zeros they can be read in the trace.
frame() {
  local length=${#1}
  if ((length < 126)); then
    printf '\x81%b\0\0\0\0%s' "\\x$(printf %x $((128 + length)))" "$1"
  else
    printf '\x81\xfe%b%b\0\0\0\0%s' "\\x$(printf %x $((length / 256)))" "\\x$(printf %x $((length % 256)))" "$1"
  fi
}
address=${url#http://}
exec 3<>"/dev/tcp/${address%:*}/${address##*:}"
cat <&3 >"$folder/received" &
printf '%s\r\n' 'GET /ws HTTP/1.1' "Host: $address" 'Connection: Upgrade' 'Upgrade: websocket' \
  'Sec-WebSocket-Version: 13' 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' "Authorization: Bearer $token" '' >&3
line "$folder/received" '101 Switching' >/dev/null
frame '{"type":"Hello","client":"checks/sync"}' >&3
line "$folder/received" '"type":"Live"' >/dev/null

id=$(cat /proc/sys/kernel/random/uuid)
body="on disk before it is said: $id"
frame "{\"type\":\"Message\",\"id\":\"$id\",\"room\":\"lobby\",\"body\":\"$body\"}" >&3
line "$folder/received" '"type":"Ack"' >/dev/null
line "$folder/received" "$body" >/dev/null
exec 3>&-

parts=("first part of $id" "and the second one of $id")
authorized=(-fsS -o /dev/null -H "Authorization: Bearer $token" -H 'Tus-Resumable: 1.0.0')
path=$(curl "${authorized[@]}" -D - -X POST -H "Upload-Length: $((${#parts[0]} + ${#parts[1]}))" "$url/api/uploads" |
  tr -d '\r' | sed -n 's/^location: //p')
offset=0
for part in "${parts[@]}"; do
  curl "${authorized[@]}" -X PATCH -H "Upload-Offset: $offset" -H 'Content-Type: application/offset+octet-stream' \
    --data-binary "$part" "$url$path"
  offset=$((offset + ${#part}))
done
kill "$server"
wait "$server" || true
server=
line "$trace" '+++ exited with 0 +++' >/dev/null

# Calls that were interrupted by others' take two lines: a call lasts from its first line to its second.
calls='  {
    pid = $1; text = substr($0, length(pid) + 1); sub(/^ +/, "", text)
  }
  text ~ /<unfinished \.\.\.>$/ {
    sub(/ *<unfinished \.\.\.>$/, "", text); begun[pid] = NR; begin[pid] = text; next
  }
  text ~ /^<\.\.\. [a-z0-9_]+ resumed>/ {
    sub(/^<\.\.\. [a-z0-9_]+ resumed>/, "", text); call(begun[pid], NR, begin[pid] text); next
  }
  { call(NR, NR, text) }'
awk -v id="$id" -v body="$body" '
  function call(first, last, text) {
    if (text ~ /^(read|readv|recvfrom|recvmsg)\(/ && text ~ /socket:/ && index(text, body) && !received) {
      received = last; shown[1] = text
    }
    if (text ~ /^pwrite64\(/ && text ~ /chat\.db-wal>/ && index(text, body) && !logged) {
      logged = last; shown[2] = text
    }
    if (text ~ /^(fsync|fdatasync)\(/ && text ~ /chat\.db-wal>\) *= 0/ && logged && first > logged && !synced) {
      synced = last; shown[3] = text
    }
    if (text ~ /^(write|writev|sendto|sendmsg)\(/ && text ~ /socket:/) {
      if (text ~ /\\"type\\":\\"Ack\\"/ && index(text, id) && (!acknowledged || first < acknowledged)) {
        acknowledged = first; shown[4] = text
      }
      if (index(text, body) && (!delivered || first < delivered)) { delivered = first }
    }
  }
  function fail(why) { print "NOT DURABLE: " why; failed = 1 }
  '"$calls"'
  END {
    for (step = 1; step <= 4; step++) {
      text = shown[step]
      if (length(text) > 200) { text = substr(text, 1, 120) " ... " substr(text, length(text) - 60) }
      if (text != "") { print "  " text }
    }
    if (!received) { fail("the message was not seen on its way in") }
    if (!logged || logged < received) { fail("the message was not written to the write-ahead log") }
    if (!synced) { fail("the write-ahead log was not synced after that") }
    if (!acknowledged) { fail("the Ack was not seen on its way out") }
    if (!delivered) { fail("the message was not seen on its way out") }
    if (synced && acknowledged && acknowledged < synced) { fail("the Ack was written before the sync had ended") }
    if (synced && delivered && delivered < synced) { fail("the message was shown before the sync had ended") }
    if (failed) { exit 1 }
    print "durable: received, written to the log, synced, and only then acknowledged and shown"
  }' "$trace"
awk -v file="/files/partial/${path##*/}>" -v first="${parts[0]}" -v second="${parts[1]}" \
  -v half="${#parts[0]}" -v whole="$offset" '
  function call(begin, end, text,    part) {
    for (part = 1; part <= 2; part++) {
      if (text ~ /^write\(/ && index(text, file) && index(text, part == 1 ? first : second)) { written[part] = end }
      if (text ~ /^(fsync|fdatasync)\(/ && index(text, file ") ") && text ~ /= 0$/ && written[part] && begin > written[part] && !synced[part]) {
        synced[part] = end
      }
      if (text ~ /^(write|writev|sendto|sendmsg)\(/ && text ~ /socket:/ && index(text, "upload-offset: " (part == 1 ? half : whole) "\\r") && !told[part]) {
        told[part] = begin
      }
    }
  }
  '"$calls"'
  END {
    for (part = 1; part <= 2; part++) {
      if (!written[part] || !told[part]) { print "NOT DURABLE: part " part " of the file was not seen"; exit 1 }
      if (!synced[part] || synced[part] > told[part]) {
        print "NOT DURABLE: part " part " of the file was said to be there before it was synced"; exit 1
      }
    }
    print "durable: each part of a file is synced before the server says that it has arrived"
  }' "$trace"
