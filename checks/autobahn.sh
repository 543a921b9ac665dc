#!/usr/bin/env bash
# Autobahn's fuzzing client against the code that reads and writes every WebSocket of the server (server/examples/echo.rs).
# Fails if a single case does. The suite needs Python 2.7: `pyenv install 2.7`, or PYTHON2=/path/to/python2.7.
#
#   checks/autobahn.sh              all cases, in about two minutes
#   checks/autobahn.sh '7.*' 6.4.1  only these
#
# Left out: 12.* and 13.*, compression, which the server never agrees to.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
suite=$target/checks/autobahn
cases=("${@:-*}")

python2() {
  local found
  for found in "${PYTHON2:-}" "$(command -v python2.7 || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/2.7.*/bin/python2.7; do
    if [[ $found ]] && "$found" -c 'import ssl' 2>/dev/null; then echo "$found" && return; fi
  done
  echo 'no Python 2.7 here, and the suite runs on no other: pyenv install 2.7, or say where with PYTHON2' >&2
  return 1
}

if [[ ! -x $suite/bin/wstest ]]; then
  python=$(python2)
  rm -rf "$suite" && mkdir -p "$suite"
  "$python" -m pip install -q --disable-pip-version-check --target "$suite/tool" virtualenv==20.15.1
  PYTHONPATH=$suite/tool "$python" -m virtualenv -q --no-periodic-update -p "$python" "$suite"
  "$suite/bin/pip" install -q --disable-pip-version-check -r checks/autobahn.txt
fi
cargo build --locked -p chat-server --example echo

work=$(mktemp -d "${TMPDIR:-/tmp}/chat-autobahn.XXXXXX")
server=''
clean_up() {
  [[ ! $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

"$target/debug/examples/echo" >"$work/address" &
server=$!
until [[ -s $work/address ]]; do
  kill -0 "$server" || exit 1
  sleep 0.1
done
url=$(sed 's|^listening on http|ws|' "$work/address")/echo

report=$suite/report
rm -rf "$report"
python3 - "$url" "$report" "${cases[@]}" >"$work/spec.json" <<'PYTHON'
import json, sys
url, report, *cases = sys.argv[1:]
json.dump({
    "outdir": report,
    "servers": [{"agent": "chat-server", "url": url}],
    "cases": cases,
    "exclude-cases": ["12.*", "13.*"],
    "exclude-agent-cases": {},
}, sys.stdout)
PYTHON
"$suite/bin/wstest" -m fuzzingclient -s "$work/spec.json" >"$work/log" 2>&1 || { tail -n 50 "$work/log" >&2 && exit 1; }

python3 - "$report/index.json" <<'PYTHON'
import collections, json, sys
with open(sys.argv[1]) as file:
    cases = json.load(file)["chat-server"]
good = {"OK", "NON-STRICT", "INFORMATIONAL"}
order = lambda name: [int(part) for part in name.split(".")]
bad = [name for name in sorted(cases, key=order)
       if cases[name]["behavior"] not in good or cases[name]["behaviorClose"] not in good]
for name in bad:
    print(f"{name}: {cases[name]['behavior']}, closing {cases[name]['behaviorClose']}")
for name in sorted(cases, key=order):
    if name not in bad and cases[name]["behavior"] != "OK":
        print(f"{name}: {cases[name]['behavior']}")
counts = collections.Counter(case["behavior"] for case in cases.values())
print(f"{len(cases)} cases:", ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
sys.exit(f"{len(bad)} failed" if bad else 0 if cases else "no case was run")
PYTHON
echo "the whole report: $report/index.html"
