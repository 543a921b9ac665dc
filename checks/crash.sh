#!/usr/bin/env bash
# Kills the real server again and again (SIGKILL) under 8 writers and 4 readers, and judges what everyone was told by what
# is there in the end: acknowledged is there once, refused is not there, what nobody knows of is there at most once, the
# log has no holes, all readers saw the same, and what was acknowledged before another message was written stands
# before it. Two more edit, react to and delete what they wrote: each acknowledged change is there, once, and no text is in a
# file of the data folder whose deletion was acknowledged before a kill. Two more upload files, send and delete them: an upload goes
# on from what was acknowledged, every message has its file, whole, and no file is kept that no message carries.
#
#   checks/crash.sh [--kills N] [--messages N] [--bin DIR]
#
# 100 kills and 20,000 acknowledged messages unless told otherwise. DIR has a chat-server; without it the release program
# is built.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

export CHAT_CRASH_KILLS=100 CHAT_CRASH_MESSAGES=20000
while (($#)); do
  case $1 in
    --kills) CHAT_CRASH_KILLS=$2 && shift 2 ;;
    --messages) CHAT_CRASH_MESSAGES=$2 && shift 2 ;;
    *) usage ;;
  esac
done
programs chat-server
exec cargo test --quiet --workspace --test e2e -- --nocapture --exact \
  crash::every_acknowledged_message_is_there_once_after_the_server_was_killed
