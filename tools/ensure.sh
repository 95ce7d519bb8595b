#!/bin/sh
# ensure.sh: bring what a command of the Makefile needs and the machine lacks.
#
#   tools/ensure.sh build            compilers, libraries and Node.js, and the web app's npm packages
#   tools/ensure.sh test             all of that, and Chromium and the npm packages of the tests
#   tools/ensure.sh bench            what `make bench` compares with: Flask-SocketIO, nchan, Socket.IO on Node, ws
#   tools/ensure.sh packages GROUP   print the Debian packages of a group (what a Dockerfile installs)
#
# Each run asks the machine itself (one dpkg-query, one node, one hash per lock file: about 0.1 s) instead of
# trusting a stamp that a new image or another branch would make a lie. Only what is missing is installed, with
# one apt-get call. A Node.js that is missing or too old for Vite comes from npm's `node` package into build/node,
# which the Makefile puts first in PATH; the machine's own one is left alone.
#
# SPDX-License-Identifier: MIT
set -eu
cd "$(dirname "$0")/.."

packages_build="gcc libc6-dev pkg-config meson ninja-build python3 brotli ca-certificates
    libuv1-dev libsqlite3-dev libjansson-dev libssl-dev libsodium-dev libutf8proc-dev libseccomp-dev"
packages_test="git libcmocka-dev clang-14 libclang-rt-14-dev clang-format-14 shellcheck openssl curl strace valgrind systemd chromium"
packages_san="libasan8 libubsan1 libtsan2"
packages_bench="util-linux python3-flask-socketio python3-eventlet python3-gevent python3-gevent-websocket
    nginx-light libnginx-mod-nchan"
node_version=22

say() {
    printf 'parley: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

packages_of() {
    case $1 in
    build) echo "$packages_build" ;;
    test) echo "$packages_build $packages_test $packages_san" ;;
    bench) echo "$packages_build $packages_bench libcmocka-dev" ;;
    *) die "unknown group '$1': build, test or bench" ;;
    esac
}

# The packages of the arguments that are not installed, one a line.
packages_missing() {
    # shellcheck disable=SC2016  # dpkg-query expands the ${...} itself
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
        sed -n 's/^installed //p')
    for package in "$@"; do
        printf '%s\n' "$installed" | grep -qx "$package" || echo "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root or sudo for: $*"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# Installs the Debian packages given. The package lists are fetched when they are absent, or when they prove too
# old for what they promise.
packages_install() {
    say "installing Debian packages: $*"
    if ! ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
        apt_get update
    fi
    apt_get install -y --no-install-recommends "$@" ||
        { apt_get update && apt_get install -y --no-install-recommends "$@"; } ||
        die "apt-get could not install: $*"
}

ensure_packages() {
    if ! command -v dpkg-query >/dev/null; then
        return 0 # not Debian: meson names what it misses
    fi
    missing=$(packages_missing "$@")
    # shellcheck disable=SC2086  # a list of names
    [ -z "$missing" ] || packages_install $missing
}

# Vite 8 runs on Node.js 20.19, 22.12 and later.
node_is_new_enough() {
    command -v node >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

ensure_node() {
    if node_is_new_enough && command -v npm >/dev/null; then
        return 0
    fi
    if ! command -v npm >/dev/null; then
        command -v dpkg-query >/dev/null || die "needs Node.js 20.19 or later with npm: install it, then run make again"
        packages_install nodejs npm
    fi
    if ! node_is_new_enough; then
        say "installing Node.js $node_version from npm into build/node (the machine's is $(node --version))"
        mkdir -p build/node
        npm install --silent --no-save --prefix build/node "node@$node_version" >&2 ||
            die "npm could not bring Node.js $node_version: install 20.19 or later yourself, then run make again"
        PATH="$PWD/build/node/node_modules/node/bin:$PATH"
    fi
    node_is_new_enough || die "Node.js is $(node --version) and Vite needs 20.19 or later: install a newer one"
}

# npm ci in the folder when its lock file is another than the installed one.
ensure_npm() {
    [ -f "$1/package-lock.json" ] || return 0
    wanted=$(sha256sum <"$1/package-lock.json")
    if [ "$wanted" != "$(cat "$1/node_modules/.lock-hash" 2>/dev/null)" ]; then
        say "installing the npm packages of $1"
        (cd "$1" && npm ci --no-audit --no-fund --loglevel=error >&2)
        echo "$wanted" >"$1/node_modules/.lock-hash"
    fi
}

case ${1-} in
packages)
    packages_of "${2-}" | tr -s ' \n' ' '
    ;;
build | test | bench)
    # shellcheck disable=SC2046  # a list of names
    ensure_packages $(packages_of "$1")
    ensure_node
    ensure_npm frontend
    [ "$1" = build ] || ensure_npm tests
    [ "$1" != bench ] || ensure_npm tests/bench/servers
    ;;
*) die "usage: tools/ensure.sh build|test|bench|packages GROUP" ;;
esac
