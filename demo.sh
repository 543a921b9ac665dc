#!/usr/bin/env bash
# Shows the whole suite in one go: a server, two people in two terminals, a script and curl. They mend a typo, delete a
# secret, answer in a thread, meet in a private room, answer a script, get a file and an alert, find what was said; then
# kill -9 in the middle loses nothing. Needs tmux, curl and Rust;
# leaves nothing behind.
#
#   ./demo.sh               build, watch, then play on yourself
#   ./demo.sh --check       the same without a terminal: exits with 0, or with 1 and what was missing on the screens
#   ./demo.sh --bin DIR     with the programs in DIR, instead of building them
set -euo pipefail
cd "$(dirname "$0")"

SEEN_WITHIN=60 # seconds until what should be on a screen is missed
usage() { sed -n '2,9s/^# \{0,1\}//p' "$0"; }
check='' bin=''
while (($#)); do
  case $1 in
    --check) check=yes ;;
    --bin) bin=${2:?--bin needs a folder} && shift ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
  esac
  shift
done
for tool in tmux curl; do
  command -v "$tool" >/dev/null || { echo "demo.sh needs $tool: install it first" >&2 && exit 1; }
done
[[ $check || -t 1 ]] || { echo "no terminal here: try ./demo.sh --check" >&2 && exit 1; }
if [[ ! $bin ]]; then
  cargo build --release --bin chat-server --bin chat-tui
  bin=${CARGO_TARGET_DIR:-target}/release
fi
bin=$(cd "$bin" && pwd)

work=$(mktemp -d "${TMPDIR:-/tmp}/chat-demo.XXXXXX")
mux() { tmux -L "${work##*/}" -f /dev/null "$@"; }
story=''
clean_up() {
  if [[ -s $work/missing ]]; then cat "$work/server.log" "$work/missing" >&2; fi
  [[ ! $story ]] || kill "$story" 2>/dev/null || true
  local terminals
  terminals=$(mux list-panes -a -F '#{pane_pid}' 2>/dev/null) || true
  mux kill-server 2>/dev/null || true
  # They save what was being written; only then can their folders go.
  for pid in $terminals; do
    for _ in {1..200}; do
      kill -0 -- "-$pid" 2>/dev/null || break
      sleep 0.05
    done
  done
  [[ ! -s $work/pid ]] || kill -9 "$(<"$work/pid")" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
# Nothing of yours is read or changed: no name, no server, no kept sessions.
unset "${!CHAT_@}" TMUX
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in *[Uu][Tt][Ff]*8*) ;; *) export LC_ALL=C.UTF-8 ;; esac

# --- the server ---------------------------------------------------------------------------------------------------
run_server() { # PORT: starts it and waits for its address; fails if the port is somebody else's
  : >"$work/address"
  "$bin/chat-server" --port "$1" --data "$work/data" >"$work/address" 2>>"$work/server.log" &
  echo $! >"$work/pid" && disown # so that its death is not commented on
  until [[ -s $work/address ]]; do
    kill -0 "$(<"$work/pid")" 2>/dev/null || return 1
    sleep 0.05
  done
}
url=''
for port in {3000..3099}; do
  if run_server "$port"; then url=$(sed 's/^listening on //' "$work/address") && break; fi
done
[[ $url ]] || { cat "$work/server.log" >&2 && exit 1; }

# --- the stage: two people side by side, and below them what is done behind the scenes ------------------------------
person() { printf 'CHAT_STATE_DIR=%q %q --server %q --name %q' "$work/$1" "$bin/chat-tui" "$url" "$1"; }
pane() { # NAME: the command of a person's pane; the last one who quits ends the demo
  printf '%s; [ "$(tmux list-panes | wc -l)" -gt 2 ] || tmux kill-session' "$(person "$1")"
}
: >"$work/stage"
alice=$(mux -u new-session -d -x 160 -y 48 -P -F '#{pane_id}' "$(pane alice)")
mux set -g status off \; set -g escape-time 0 \; set -g focus-events on \; set -g default-terminal screen-256color \
  \; set -g pane-border-status top \; set -g pane-border-format ' #{@who} ' \; set -g mouse on
mux split-window -t "$alice" -v -l 9 -d "tail -n +1 -f '$work/stage'"
bob=$(mux split-window -t "$alice" -h -P -F '#{pane_id}' "$(pane bob)")
mux set -p -t "$alice" @who alice \; set -p -t "$bob" @who bob \; set -p -t '{bottom}' @who \
  "behind the scenes · $url in a browser is a third seat · Ctrl-B d ends the demo"

# --- the story ----------------------------------------------------------------------------------------------------
say() { printf '\033[1m%s\033[0m\n' "$*" >>"$work/stage"; }
do_it() { printf '\033[32m$\033[0m %s\n' "$*" >>"$work/stage"; }
pause() { [[ $check ]] || sleep "$1"; }
see() { # PANE WHO TEXT: waits until a screen shows a text
  local screen until=$((SECONDS + SEEN_WITHIN))
  until screen=$(mux capture-pane -p -t "$1") && grep -qF -- "$3" <<<"$screen"; do
    if ((SECONDS > until)); then
      printf 'missing on the screen of %s: %s\n%s\n' "$2" "$3" "$screen" >"$work/missing"
      exit 1
    fi
    sleep 0.1
  done
  if [[ $check ]]; then printf 'seen by %-5s  %s\n' "$2" "$3"; fi
}
both_see() { see "$alice" alice "$1" && see "$bob" bob "$1"; }
type_in() { # PANE TEXT: as a person types
  local i
  mux select-pane -t "$1"
  for ((i = 0; i < ${#2}; i++)); do mux send-keys -t "$1" -l -- "${2:i:1}" && pause 0.05; done
}
enter() { mux send-keys -t "$1" Enter && pause 1.5; }
choose() { mux select-pane -t "$1" \; send-keys -t "$1" Escape && see "$1" "$2" 'SELECT'; } # PANE WHO: the newest message
press() { mux select-pane -t "$1" && for key in "${@:2}"; do mux send-keys -t "$1" "$key" && pause 0.5; done; }
api() { curl -sS --fail-with-body --noproxy '*' "$url$1" "${@:2}"; }

tell_the_story() {
  say 'Two people in two terminals. Each sees the other come, go and type.'
  see "$alice" alice '● connected' && see "$bob" bob '● connected' && see "$alice" alice '● bob'
  type_in "$alice" 'hi bob, shall we ship 0.3 tody?'
  see "$bob" bob 'alice is typing' && enter "$alice" && both_see 'shall we ship 0.3 tody?'
  say 'A typo is mended with the arrow up.'
  press "$alice" Up && see "$alice" alice 'editing' && press "$alice" BSpace BSpace BSpace && type_in "$alice" 'day?'
  enter "$alice" && both_see 'shall we ship 0.3 today?' && both_see '(edited)'
  type_in "$bob" 'as soon as the build is green' && enter "$bob" && both_see 'as soon as the build is green'

  say 'A password posted by mistake is deleted: from both screens, and from the disk of the server.'
  type_in "$bob" 'the password is hunter2' && enter "$bob" && both_see 'hunter2'
  choose "$bob" bob && press "$bob" d d && both_see 'message deleted' && press "$bob" i
  do_it "strings chat.db* | grep -c hunter2"
  local until=$((SECONDS + SEEN_WITHIN))
  while grep -qF hunter2 "$work"/data/chat.db*; do
    ((SECONDS <= until)) || { echo 'the deleted text is still on the disk' >"$work/missing" && exit 1; }
    sleep 0.1
  done

  say 'A script takes part, and curl does.'
  do_it 'echo "build is **green**" | chat-tui send --name ci'
  echo 'build is **green** on three targets' | eval "$(person ci) send" >>"$work/stage"
  both_see 'green on three targets' && pause 1.5
  local token json='Content-Type: application/json'
  do_it "curl $url/api/users -d '{\"name\":\"deploy\"}'   …   curl $url/api/messages -d '{\"body\":\"staging is up\"}'"
  token=$(api /api/users -H "$json" -d '{"name":"deploy"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
  api /api/messages -H "$json" -H "Authorization: Bearer $token" -d '{"body":"staging is up"}' >/dev/null
  both_see 'staging is up' && pause 2
  do_it 'echo "disk 91 %" | chat-tui send --name ci --room @bob'
  echo 'disk 91 %' | eval "$(person ci) send --room @bob" >>"$work/stage"
  see "$bob" bob '@ci' && pause 1.5

  say 'It is answered in a thread, and with an emoji.'
  choose "$alice" alice && press "$alice" r && type_in "$alice" 'looks good to me' && enter "$alice" && both_see '1 reply'
  choose "$bob" bob && press "$bob" k + && type_in "$bob" 'tada' && enter "$bob" && both_see '🎉 1' && press "$bob" i

  say 'What only some should know has a room that nobody else sees.'
  type_in "$alice" '/private ops' && enter "$alice" && see "$alice" alice 'where #ops begins' && type_in "$alice" '/add bob' && enter "$alice"
  see "$bob" bob '⌂ops' && type_in "$alice" 'just us two here' && enter "$alice" && see "$alice" alice 'just us two here'
  do_it "curl $url/api/rooms/ops"
  if api /api/rooms/ops -H "Authorization: Bearer $token" >>"$work/stage" 2>/dev/null; then
    echo 'a stranger sees the private room' >"$work/missing" && exit 1
  fi
  press "$alice" M-Up && see "$alice" alice 'staging is up' && pause 1

  say 'A script asks, waits for the answer, and sends a file.'
  do_it 'chat-tui wait --match ^yes --after "$(chat-tui send "deploy it?")" && chat-tui send --file deploy.log "it is done"'
  local asked
  asked=$(eval "$(person ci) send 'deploy it?'") && both_see 'deploy it?'
  eval "$(person ci) wait --match ^yes --after $asked --timeout $SEEN_WITHIN" >>"$work/stage" 2>"$work/missing" &
  type_in "$alice" 'yes, go on' && enter "$alice" && wait $! && both_see 'yes, go on'
  printf 'db1: done\ndb2: done\n' >"$work/deploy.log"
  eval "$(person ci) send --file '$work/deploy.log' 'it is done'" >>"$work/stage" && both_see '▤ deploy.log' && pause 1

  say 'A monitor posts by an address of its own, which can do nothing else.'
  api /api/rooms -H "$json" -H "Authorization: Bearer $token" -d '{"name":"alerts"}' >/dev/null
  local hook
  hook=$(api /api/rooms/alerts/hooks -H "$json" -H "Authorization: Bearer $token" -d '{"name":"monitor"}' | sed 's/.*"url":"\([^"]*\)".*/\1/')
  type_in "$alice" '/join alerts' && enter "$alice" && see "$alice" alice 'write to #alerts'
  do_it "curl -d 'disk 95 % on **db1**' $url/hooks/…"
  curl -sS --fail-with-body --noproxy '*' -d 'disk 95 % on **db1**' "$hook" >/dev/null && see "$alice" alice 'disk 95 % on db1' && pause 1

  say 'What was said is found while one types, in every room.'
  press "$alice" C-f && type_in "$alice" 'targets from:ci' && see "$alice" alice '1 found' && pause 1
  press "$alice" Enter && see "$alice" alice 'write to #lobby' && pause 1 && press "$alice" Escape F4 && see "$alice" alice 'deploy.log' && pause 1

  say 'Now the server dies. Both say so, and both type on.'
  do_it "kill -9 $(<"$work/pid")"
  kill -9 "$(<"$work/pid")" && both_see 'offline' && pause 1
  type_in "$alice" 'written while the server is dead' && enter "$alice" && see "$alice" alice 'queued'
  type_in "$bob" 'me too, nothing is lost' && enter "$bob" && see "$bob" bob 'queued' && pause 1
  press "$bob" Up && see "$bob" bob 'editing' && type_in "$bob" ' and sent once' && enter "$bob"
  see "$bob" bob 'nothing is lost and sent once' && pause 1

  say 'It comes back, and so does everything: once, in one order.'
  do_it "chat-server --port $port"
  until run_server "$port"; do sleep 0.2; done
  both_see '● connected' && both_see 'written while the server is dead' && both_see 'me too, nothing is lost and sent once'
  local text count log
  log=$(api '/api/messages?limit=200' -H "Authorization: Bearer $token")
  for text in 'shall we ship' 'as soon as the build' 'on three targets' 'staging is up' 'while the server is dead' 'me too, nothing is lost and sent once'; do
    count=$(grep -oF "$text" <<<"$log" | wc -l)
    ((count == 1)) || { echo "stored $count times: $text" >"$work/missing" && exit 1; }
  done
  say 'Every message is there, once. Your turn: type, /help, or open the address in a browser.'
}

if [[ $check ]]; then
  tell_the_story
  echo 'everything is there, once'
else
  tell_the_story 2>>"$work/server.log" &
  story=$!
  mux -u attach || true
  [[ ! -s $work/missing ]]
fi
