#!/usr/bin/env bash
# Stops the real server (SIGTERM) under load with thousands of clients connected. All must be notified, the server must have
# ended within 10 s, nothing acknowledged may be lost, and within 10 s of its return all clients must be live again.
#
#   checks/drain.sh [--clients N] [--bin DIR]
#
# 2,000 clients unless told otherwise. DIR has a chat-server; without it the release program is built.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

export CHAT_DRAIN_CLIENTS=2000
while (($#)); do
  case $1 in
    --clients) CHAT_DRAIN_CLIENTS=$2 && shift 2 ;;
    *) usage ;;
  esac
done
programs chat-server
# A connection is an open file, here and in the server.
ulimit -n "$(ulimit -H -n)"
exec cargo test --quiet --workspace --test e2e -- --nocapture --exact \
  stopping::everybody_is_told_under_load_and_comes_back_to_everything
