#!/usr/bin/env bash
# What is under deploy/, tried as far as this machine can: the systemd unit, Caddy with TLS in front of the server, the
# image. What cannot be tried here is said.
#
#   checks/deploy.sh          with target/release, built first
#   checks/deploy.sh DIR      with the programs in DIR
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${1:-}
if [[ ! $bin ]]; then
  cargo build --release --locked --bin chat-server --bin chat-tui
  bin=${CARGO_TARGET_DIR:-target}/release
fi
bin=$(cd "$bin" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/chat-deploy.XXXXXX")
started=()
clean_up() {
  for one in "${started[@]}"; do kill "$one" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
unset "${!CHAT_@}"
fail() { echo "FAILED: $*" >&2 && exit 1; }

# --- systemd: sound, and exposed no more than it was --------------------------------------------------------------
if command -v systemd-analyze >/dev/null; then
  sed "s|^ExecStart=chat-server|ExecStart=$bin/chat-server|" deploy/chat-server.service >"$work/chat-server.service"
  systemd-analyze verify "$work/chat-server.service"
  # In tenths of a point: 0 is the best, 100 the worst.
  systemd-analyze security --offline=true --no-pager --threshold=12 "$work/chat-server.service" >"$work/security" ||
    fail "$(tail -n 1 "$work/security")"
  echo "systemd unit: $(tail -n 1 "$work/security")"
else
  echo 'NOT TRIED: the systemd unit, there is no systemd-analyze here'
fi

# --- Caddy: the server behind TLS, from the page's and from the terminal's side -------------------------------------
behind_caddy() {
  local port=$((20000 + RANDOM % 20000)) origin status token
  origin=https://localhost:$port
  "$bin/chat-server" --port 0 --data "$work/data" --public-url "$origin" --trusted-proxy 127.0.0.1,::1 \
    >"$work/address" 2>"$work/server.log" &
  started+=($!)
  until [[ -s $work/address ]]; do sleep 0.1; done
  local plain
  plain=$(sed 's|^listening on http://||' "$work/address")
  {
    printf '{\n admin off\n skip_install_trust\n auto_https disable_redirects\n storage file_system %s\n}\n' "$work/caddy"
    sed "s|^chat.example.org {|localhost:$port {\n\ttls internal|; s|127.0.0.1:3000|$plain|" deploy/Caddyfile
  } >"$work/Caddyfile"
  caddy validate --adapter caddyfile --config "$work/Caddyfile" >"$work/caddy.log" 2>&1 || fail "$(tail -n 3 "$work/caddy.log")"
  caddy run --adapter caddyfile --config "$work/Caddyfile" >>"$work/caddy.log" 2>&1 &
  started+=($!)
  local root=$work/caddy/pki/authorities/local/root.crt
  ask() { curl -sS --noproxy '*' --cacert "$root" -o "$work/body" -D "$work/headers" -w '%{http_code}' "$@"; }
  for _ in {1..100}; do
    [[ -s $root ]] && ask "$origin/readyz" >/dev/null 2>&1 && break
    sleep 0.1
  done

  [[ $(ask "$origin/api/info") == 200 ]] || fail 'the API through Caddy'
  # Another name that leads here is not this server.
  [[ $(ask "http://$plain/api/info" -H 'Host: chat.elsewhere.example') == 421 ]] || fail 'a foreign Host'
  # Through a proxy nobody is local.
  [[ $(ask "$origin/metrics") == 401 ]] || fail 'metrics through Caddy without a token'
  # The page of this origin signs in by a cookie that only https carries; no other page does.
  status=$(ask "$origin/api/users" -H "Origin: $origin" -H 'Content-Type: application/json' -d '{}')
  [[ $status == 201 ]] || fail "the own page: $status"
  grep -qi '^set-cookie: __Host-chat=.*Secure' "$work/headers" || fail 'the cookie is not bound to https'
  for other in https://elsewhere.example "http://localhost:$port" "https://localhost"; do
    status=$(ask "$origin/api/users" -H "Origin: $other" -H 'Content-Type: application/json' -d '{}')
    [[ $status == 403 ]] || fail "a page of $other: $status"
  done
  if grep -qi '^access-control-allow' "$work/headers"; then fail 'a foreign origin is sent CORS headers'; fi

  # A WebSocket through TLS: one follows the room while another says something.
  client() { CHAT_STATE_DIR=$work/$1 SSL_CERT_FILE=$root "$bin/chat-tui" "${@:2}" --server "$origin"; }
  client bob send --name bob 'I follow' >/dev/null
  client bob tail --json --since 0 >"$work/followed" 2>"$work/tail.log" &
  started+=($!)
  for _ in {1..100}; do grep -q 'I follow' "$work/followed" && break || sleep 0.1; done
  client alice send --name alice 'said through Caddy' >/dev/null
  for _ in {1..100}; do grep -q 'said through Caddy' "$work/followed" && break || sleep 0.1; done
  grep -q 'said through Caddy' "$work/followed" || fail "the WebSocket through Caddy: $(cat "$work/tail.log")"
  echo 'Caddy: API, cookie, refusals and a WebSocket through TLS'
}
if command -v caddy >/dev/null; then
  behind_caddy
else
  echo 'NOT TRIED: Caddy is not here (apt install caddy)'
fi

# --- the image: built, healthy, not root, and what it keeps outlives it ---------------------------------------------
in_docker() {
  docker build -q -t chat-server:check -f deploy/Dockerfile .
  local name=chat-check-$$
  docker run -d --name "$name" --read-only --cap-drop ALL --health-interval 1s chat-server:check >/dev/null
  for _ in {1..60}; do
    [[ $(docker inspect -f '{{.State.Health.Status}}' "$name") != healthy ]] || break
    sleep 1
  done
  local health user
  health=$(docker inspect -f '{{.State.Health.Status}}' "$name") user=$(docker exec "$name" id -u)
  docker exec "$name" chat-server invite >"$work/invite" || true
  docker stop -t 15 "$name" >/dev/null
  local code
  code=$(docker inspect -f '{{.State.ExitCode}}' "$name")
  docker rm -v "$name" >/dev/null
  [[ $health == healthy && $user == 10001 && $code == 0 && -s $work/invite ]] ||
    fail "the image: health $health, user $user, exit code $code"
  echo 'image: built, healthy, not root, stopped by itself'
}
if docker info >/dev/null 2>&1; then
  in_docker
else
  echo 'NOT TRIED: the image, no Docker engine answers here'
fi
