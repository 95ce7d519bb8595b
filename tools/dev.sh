#!/bin/sh
# dev.sh PORT DATA: the server, and Vite with hot reload in front of it. Vite forwards /api, /files and /socket.io
# to PARLEY_DEV_SERVER (frontend/vite.config.ts). Either one's end is the end of both.
#
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."

build/parley --port "$1" --data "$2" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null' EXIT
trap 'exit 0' INT TERM
cd frontend
PARLEY_DEV_SERVER="http://localhost:$1" node_modules/.bin/vite
