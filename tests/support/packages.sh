# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# What scripts need to install Debian packages; to be sourced.

has() { command -v "$1" > /dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Another apt may be at work, as on a machine that has just started: wait for it.
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

# Only the locks of packages wait; that of their lists does not.
update_lists() {
  for attempt in 1 2 3 4 5 6 7 8 9; do
    if apt update; then return; fi
    echo "apt-get update failed, attempt $attempt of 10; again in 10 s"
    sleep 10
  done
  apt update
}

# install_packages <package>...: installs them, or says which they are.
install_packages() {
  if [ $# -eq 0 ]; then return; fi
  if ! has apt-get || { [ "$(id -u)" != 0 ] && ! has sudo; }; then
    echo "not found, please install (names of Debian packages): $*"
    return
  fi
  echo "installing $*"
  { update_lists && apt install -y --no-install-recommends "$@" > /dev/null; } ||
    echo "apt-get could not install $*"
}
