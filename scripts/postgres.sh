#!/usr/bin/env bash
# Runs a command beside a PostgreSQL server of its own, which is removed afterwards.
# usage: scripts/postgres.sh COMMAND [ARGUMENT…]
#
# The command finds the server in QIAO_TEST_POSTGRES_URL. The server keeps its data
# in a temporary folder, listens on a free loopback port only and really syncs to
# disk, as in production. PostgreSQL refuses to run as root: it runs as the user postgres then.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PATH=$PATH:/usr/sbin # runuser
programs=$(scripts/install.sh postgres)
folder=$(mktemp -d "${TMPDIR:-/tmp}/qiao-postgres.XXXXXX")
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(runuser -u postgres --)
  chown postgres "$folder"
fi
server() { (cd "$folder" && "${as[@]}" "$programs/$1" "${@:2}"); }

child=
# shellcheck disable=SC2317 # called by the trap
finish() {
  trap - EXIT HUP INT TERM
  if [ -n "$child" ]; then
    kill -- "-$child" 2>/dev/null || true # the command and what it started
    wait "$child" 2>/dev/null || true
  fi
  if [ -e "$folder/data/postmaster.pid" ]; then
    server pg_ctl -D "$folder/data" -m immediate -w -s stop || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

server initdb -D "$folder/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$folder.initdb" 2>&1 ||
  { cat "$folder.initdb" >&2; rm -f "$folder.initdb"; exit 1; }
rm -f "$folder.initdb"

port=
for _ in 1 2 3 4 5 6 7 8; do
  try=$((20000 + RANDOM % 10000))
  if server pg_ctl -D "$folder/data" -l "$folder/log" -w -s start \
    -o "-p $try -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on -c max_connections=300" 2>/dev/null; then
    port=$try
    break
  fi
done
if [ -z "$port" ]; then
  echo "the PostgreSQL server for the tests did not start:" >&2
  tail -n 20 "$folder/log" >&2
  exit 1
fi

export QIAO_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
set -m # the command gets a process group of its own, so that it can be ended as a whole
"$@" </dev/null &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
