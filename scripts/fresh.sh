#!/usr/bin/env bash
# fresh.sh [debian] [ubuntu]: 'make demo' and 'make test' on machines that have nothing yet; both of them if none is named.
#
# Each is a minimal system that debootstrap makes, with what swift.org says that Swift needs there, make, and a clone
# of the last commit. Of this machine it has the Swift toolchain, where git finds packages, how apt finds its own, the
# kernel and the network; nothing else. It needs root, some 10 GB in FRESH_FOLDER (/var/tmp) and the better part of an
# hour. Packages come from where this machine has its own; DEBIAN_MIRROR, DEBIAN_SECURITY and UBUNTU_MIRROR say otherwise, and
# a Debian machine has no other way to know where Ubuntu's are.
#
# A machine's mounts and processes are in namespaces of their own, which end with this script, whatever ends it. Its
# files are removed when the script ends; after a kill -9 they are left, and nothing is mounted there.
set -euo pipefail
cd "$(dirname "$0")/.."

# mirror_of ORIGIN CODENAMES: where this machine's apt has such packages from; nothing if it has none.
mirror_of() {
  apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v origin="$1" -v names="$2" '$1 == origin && $2 ~ names { sub("/$", "", $3); print $3; exit }'
}

debian_mirror=${DEBIAN_MIRROR:-$(mirror_of Debian '^[a-z]+$')}
debian_security=${DEBIAN_SECURITY:-$(mirror_of Debian '-security$')}
ubuntu_mirror=${UBUNTU_MIRROR:-$(mirror_of Ubuntu '^[a-z]+$')}
# From https://www.swift.org/install/linux/tarball
debian_swift="binutils-gold gcc git libcurl4-openssl-dev libedit-dev libicu-dev libncurses-dev libpython3-dev
  libsqlite3-dev libxml2-dev pkg-config tzdata uuid-dev"
ubuntu_swift="binutils git gnupg2 libc6-dev libcurl4-openssl-dev libedit2 libgcc-13-dev libncurses-dev libpython3-dev
  libsqlite3-0 libstdc++-13-dev libxml2-dev libz3-dev pkg-config tzdata unzip zlib1g-dev"
# Ubuntu's keys come from Ubuntu's own archive, so they must be these.
ubuntu_keyring=pool/main/u/ubuntu-keyring/ubuntu-keyring_2023.11.28.1_all.deb
ubuntu_keyring_sha256=80a36b0a6de2f69f49d2df75ef473ccde121e9e190b9ea01d20a4f63778d5c31

fail() {
  echo "error: $1" >&2
  exit "${2:-69}"
}

# make_root SYSTEM ROOT: a minimal system, with its sources of packages. Ends with 1 if they cannot be had.
make_root() {
  local system=$1 root=$2 work=$2.work mirror=${1}_mirror
  if [ -z "${!mirror}" ]; then
    echo "$system: this machine's apt has none of its packages; say where they are in ${mirror^^}" >&2
    return 1
  fi
  mkdir -p "$work"
  if [ "$system" = debian ]; then
    debootstrap --variant=minbase bookworm "$root" "$debian_mirror" || return 1
    printf 'deb %s\n' "$debian_mirror bookworm main" "$debian_mirror bookworm-updates main" \
      ${debian_security:+"$debian_security bookworm-security main"} >"$root/etc/apt/sources.list"
  else
    wget --quiet --timeout=30 --tries=2 -O "$work/keyring.deb" "$ubuntu_mirror/$ubuntu_keyring" || return 1
    dpkg-deb -x "$work/keyring.deb" "$work/keyring"
    local keys=$work/keyring/usr/share/keyrings/ubuntu-archive-keyring.gpg
    sha256sum --check --quiet <<<"$ubuntu_keyring_sha256  $keys" || return 1
    # Every Ubuntu is made by one script, under whose name debootstrap has it since 2007.
    debootstrap --variant=minbase --keyring="$keys" noble "$root" "$ubuntu_mirror" \
      /usr/share/debootstrap/scripts/gutsy || return 1
    printf 'deb %s main universe\n' "$ubuntu_mirror noble" "$ubuntu_mirror noble-updates" \
      "$ubuntu_mirror noble-security" >"$root/etc/apt/sources.list"
  fi
  # How this machine reaches archives: proxies, and how strictly dates are taken.
  apt-config dump --no-empty --format '%f "%v";%n' | grep -E '^Acquire::(https?|ftp|Check-|Retries|ForceIPv)' \
    >"$root/etc/apt/apt.conf.d/99as-here" || true
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  # No service is started in there.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
}

# share FOLDER ROOT: a folder of this machine, at the same place and for reading alone.
share() {
  mkdir -p "$2$1"
  mount --bind "$1" "$2$1"
  mount -o remount,bind,ro "$2$1"
}

# mount_system ROOT: what every running system has.
mount_system() {
  local root=$1 device
  mount -t proc proc "$root/proc"
  mount -t sysfs sysfs "$root/sys"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/net"
  for device in null zero full random urandom tty net/tun; do
    [ -e "/dev/$device" ] || continue
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s fd/0 "$root/dev/stdin"
  ln -s fd/1 "$root/dev/stdout"
  ln -s fd/2 "$root/dev/stderr"
}

# play SYSTEM ROOT: in namespaces of its own. Ends with 0 if all went well, 77 if there is no such system to be had.
play() {
  local system=$1 root=$2 toolchain git_words=() count=0 name value place
  toolchain=$(swift -print-target-info | sed -n 's|.*"runtimeResourcePath": *"\(.*\)/lib/swift".*|\1|p')
  [ -d "$toolchain" ] || fail "'swift -print-target-info' does not say where the Swift toolchain is"
  [ "$toolchain" != /usr ] || fail "Swift is installed in /usr, and cannot be lent without all of that: unpack the toolchain in a folder of its own"

  # The root is a mount, as every system's is.
  mount --bind "$root" "$root"
  make_root "$system" "$root" || return 77
  mount_system "$root"
  share "$toolchain" "$root"
  # Where git finds packages instead of at their own addresses.
  while read -r name value; do
    place=${name#url.}
    place=${place%.insteadof}
    place=${place#file://}
    [ ! -d "$place" ] || mountpoint -q "$root$place" || share "${place%/}" "$root"
    git_words+=("GIT_CONFIG_KEY_$count=$name" "GIT_CONFIG_VALUE_$count=$value")
    count=$((count + 1))
  done < <(git config --get-regexp '^url\..*\.insteadof$')
  git clone --quiet "$PWD" "$root/srv/farmsim"

  local words=(env -i HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8
    PATH="$toolchain/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" "GIT_CONFIG_COUNT=$count")
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || words+=("$name=${!name}"); done
  inside() { chroot "$root" "${words[@]}" "${git_words[@]}" bash -euo pipefail -c "$1" </dev/null; }

  local prerequisites=${system}_swift
  echo "== $system: make, and what Swift needs"
  inside "export DEBIAN_FRONTEND=noninteractive; apt-get -q update && apt-get -q install -y make ca-certificates $(echo ${!prerequisites})" \
    >"$root/prerequisites.log" 2>&1 || { cat "$root/prerequisites.log"; return 1; }

  local what result=0 began
  for what in demo test; do
    echo "== $system: make $what"
    began=$SECONDS
    if inside "cd /srv/farmsim && make $what"; then
      echo "== $system: make $what passed after $(((SECONDS - began + 59) / 60)) min"
    else
      echo "== $system: make $what FAILED after $(((SECONDS - began + 59) / 60)) min"
      result=1
    fi
  done
  return $result
}

if [ "${1:-}" = --inside ]; then
  play "$2" "$3"
  exit
fi

[ "$(id -u)" -eq 0 ] || fail "'make fresh' needs root, to make systems and their namespaces"
[ $# -gt 0 ] || set -- debian ubuntu
for system in "$@"; do
  case $system in debian | ubuntu) ;; *) fail "'$system' is not known here; expected debian or ubuntu" 64 ;; esac
done
scripts/install.sh build fresh
[ -z "$(git status --porcelain)" ] || echo "What is not committed is not played: the clone is of $(git rev-parse --short HEAD)."

summary=()
result=0
root=
trap '[ -z "$root" ] || rm -rf --one-file-system "$root" "$root.work"' EXIT
for system in "$@"; do
  root=$(mktemp -d "${FRESH_FOLDER:-/var/tmp}/farmsim-fresh.XXXXXX")
  chmod 755 "$root"
  code=0
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private \
    bash scripts/fresh.sh --inside "$system" "$root" || code=$?
  rm -rf --one-file-system "$root" "$root.work"
  case $code in
    0) summary+=("$system: make demo and make test pass") ;;
    77) summary+=("$system: not played: its packages cannot be had here") ;;
    *) summary+=("$system: FAILED"); result=1 ;;
  esac
  [ "$code" -ne 77 ] || [ "$system" != debian ] || result=69
done
printf '== %s\n' "${summary[@]}"
exit $result
