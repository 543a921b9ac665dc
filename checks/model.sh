#!/usr/bin/env bash
# Tries the promises of docs/protocol.md with random lists of steps: devices say things, send them again, join, leave, lose
# their line in the middle of a frame, stop reading while a crowd talks; the server is stopped or killed; a backup is put
# back by the command or by copying files. After every step what everyone holds is compared with what was accepted.
#
#   checks/model.sh [CASES]
#
# 1,000 cases of up to 50 steps unless told otherwise. A case that fails is made as small as possible, shown, and kept in
# server/tests/model/regressions.txt: commit it with the change that mends it.
set -euo pipefail
cd "$(dirname "$0")/.."
PROPTEST_CASES=${1:-1000} exec cargo test --release -p chat-server --test model -- --nocapture
