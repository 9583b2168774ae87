#!/usr/bin/env bash
# Makes sure that a program which tests need is on this machine.
# usage: scripts/install.sh postgres|browser|node
#
# Prints the path that the tests need: the folder of initdb and pg_ctl, the
# browser, or node. What is missing is installed with apt-get where that is possible (root,
# on Debian or Ubuntu); elsewhere it says what to install, and exits with 1.
set -euo pipefail

postgres() {
  local folder
  while read -r folder; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then echo "$folder"; return; fi
  done < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr; dirname "$(command -v initdb)")
  return 1
}

browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name"; then return; fi
  done
  return 1
}

# Pages in Chinese need a font that has the characters.
fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; }

# install PACKAGE…: with apt-get, or says in plain words why it cannot.
install() {
  if ! command -v apt-get >/dev/null; then
    echo "this machine has no apt-get; please install by hand: $*" >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "not running as root; please install, for example with: sudo apt-get install $*" >&2
    exit 1
  fi
  echo "installing $* …" >&2
  {
    apt-get update -q &&
      DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
  } </dev/null >&2 || { echo "apt-get could not install: $*" >&2; exit 1; }
}

case "${1:-}" in
  postgres)
    if ! postgres >/dev/null; then
      before=$(compgen -G '/etc/postgresql/*/main' || true)
      install postgresql
      # Debian starts a server with the package; the tests start one of their own.
      if [ -z "$before" ] && command -v pg_ctlcluster >/dev/null; then
        version=$(basename "$(dirname "$(postgres)")")
        pg_ctlcluster "$version" main stop >&2 || true
      fi
    fi
    postgres
    ;;
  browser)
    browser >/dev/null || install chromium fonts-noto-cjk fontconfig
    fonts || install fonts-noto-cjk fontconfig
    browser
    ;;
  node)
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then install nodejs npm; fi
    command -v node
    ;;
  *) echo "usage: scripts/install.sh postgres|browser|node" >&2; exit 2 ;;
esac
