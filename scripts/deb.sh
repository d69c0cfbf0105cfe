#!/usr/bin/env bash
# deb.sh FOLDER [farmd] [farmsim]: packages for Debian and Ubuntu, from the programs FARMD and FARMSIM, into FOLDER; both
# of them if none is named.
#
# It builds no program. The same programs and commit give the same packages, byte for byte. VERSION is what dpkg calls them
# instead of the version of the sources; DEBFULLNAME and DEBEMAIL say who maintains them, by default the author of the last
# commit. SHLIBDEPS and DPKG_DEB are further options of dpkg-shlibdeps and dpkg-deb.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?"the folder for the packages is missing"}
shift
[ $# -gt 0 ] || set -- farmd farmsim

number=$(sed -n 's/.*number = "\(.*\)".*/\1/p' Sources/*/Version.swift)
# A commit that no release bears is before the one whose number the sources have, or after it once that is there.
if [ -z "${VERSION:-}" ]; then
  tag=$(git describe --tags --long --match "v$number" 2>/dev/null || true)
  case $tag in
    *-0-g*) VERSION=$number ;;
    ?*) VERSION=$number+${tag#"v$number"-} ;;
    *) VERSION=$number~$(git rev-list --count HEAD)-g$(git rev-parse --short HEAD) ;;
  esac
  # Behind the last hyphen stands what a distribution has done to it.
  VERSION=${VERSION//-g/.g}
fi
name=${DEBFULLNAME:-$(git log -1 --format=%an)}
address=${DEBEMAIL:-$(git log -1 --format=%ae)}
export SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
out=$(cd "$out" && pwd)

# package NAME PROGRAM SECTION: makes the package from what was put below $work/NAME.
package() {
  local name_of=$1 program=$2 section=$3 root=$work/$1
  local doc=$root/usr/share/doc/$name_of
  mkdir -p "$doc" "$root/DEBIAN" "$root/usr/share/lintian/overrides" "$root/usr/share/man/man$section"
  scripts/manual.sh "$program" "$name_of" "$section" | gzip -9n >"$root/usr/share/man/man$section/$name_of.$section.gz"
  printf '%s (%s) unstable; urgency=medium\n\n  * See the history of the sources.\n\n -- %s <%s>  %s\n' \
    "$name_of" "$VERSION" "$name" "$address" "$(date -R -u -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
  scripts/licences.sh "$program" >"$doc/copyright"
  cp "packaging/deb/$name_of.lintian-overrides" "$root/usr/share/lintian/overrides/$name_of"
  scripts/spdx.sh "$root" "$program" "$VERSION" >"$work/spdx"
  mv "$work/spdx" "$doc/$name_of.spdx.json"

  # Which packages bring the libraries that the program asks for, and since which version they have what it calls.
  mkdir -p "$work/debian"
  printf 'Source: %s\n\nPackage: %s\nArchitecture: any\n' "$name_of" "$name_of" >"$work/debian/control"
  local needs
  needs=$(cd "$work" && dpkg-shlibdeps ${SHLIBDEPS:-} -O -e"$root/usr/bin/$name_of" | sed -n 's/^shlibs:Depends=//p')
  {
    printf 'Version: %s\nArchitecture: %s\nMaintainer: %s <%s>\nDepends: %s\nInstalled-Size: %s\n' \
      "$VERSION" "$architecture" "$name" "$address" "$needs" "$(du -ks --exclude=DEBIAN "$root" | cut -f1)"
    cat "packaging/deb/$name_of.control"
  } >"$root/DEBIAN/control"
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  local script
  for script in postinst prerm postrm; do
    [ ! -e "packaging/deb/$name_of.$script" ] || install -m 755 "packaging/deb/$name_of.$script" "$root/DEBIAN/$script"
  done
  chmod -R u=rwX,go=rX "$root"
  dpkg-deb --root-owner-group ${DPKG_DEB:--Zxz} --build "$root" "$out/${name_of}_${VERSION}_$architecture.deb" >/dev/null
  echo "$out/${name_of}_${VERSION}_$architecture.deb"
}

for each in "$@"; do
  case $each in
    farmd)
      make --silent install-farmd FARMD="${FARMD:?}" DESTDIR="$work/farmd" PREFIX=/usr >&2
      package farmd "$FARMD" 8
      ;;
    farmsim)
      make --silent install FARMSIM="${FARMSIM:?}" DESTDIR="$work/farmsim" PREFIX=/usr >&2
      package farmsim "$FARMSIM" 1
      ;;
    *)
      echo "error: there is no package '$each'; expected farmd or farmsim" >&2
      exit 64
      ;;
  esac
done
