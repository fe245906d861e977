#!/usr/bin/env bash
# Builds the Debian package: the program with its pages inside, its systemd unit and its settings.
#
#   scripts/build-deb.sh             # target/debian/tickerquest_*.deb
#   scripts/build-deb.sh PROGRAM     # packs a program that is already built
#
# It runs on Debian or Ubuntu. The package needs the C library of that release, or a later one.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
cd "$ROOT" || exit
umask 022

have dpkg-deb dpkg-shlibdeps || apt_install "Debian's packaging tools are missing" dpkg-dev

program=${1:-}
if [ -z "$program" ]; then
  setup native wasm node
  "$ROOT/scripts/build-site.sh" release app
  cargo build --locked --release --package server --bin tickerquest
  program=${CARGO_TARGET_DIR:-target}/release/tickerquest
fi

out=target/debian
tree=$out/tree
rm -rf "$tree"
mkdir -p "$tree"

install -D --strip "$program" "$tree/usr/bin/tickerquest"
install -D --mode 644 ops/tickerquest.service "$tree/usr/lib/systemd/system/tickerquest.service"
install -D --mode 640 ops/tickerquest.toml "$tree/etc/tickerquest/tickerquest.toml"
install -D --mode 644 --target-directory "$tree/usr/share/doc/tickerquest" \
  ops/alerts.yml ops/prometheus.yml ops/dashboard.json docs/*.md
install -D --mode 644 LICENSE "$tree/usr/share/doc/tickerquest/copyright"

# dpkg-shlibdeps finds the packages of the libraries that the program was linked with. It wants a control
# file with a source package.
mkdir -p "$out/shlibdeps/debian"
printf 'Source: tickerquest\n\nPackage: tickerquest\nArchitecture: any\n' >"$out/shlibdeps/debian/control"
depends=$(cd "$out/shlibdeps" && dpkg-shlibdeps -O ../tree/usr/bin/tickerquest 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || die "dpkg-shlibdeps found no libraries in $program"

version=$(cargo pkgid --locked --package server | sed 's/.*[#@]//')
architecture=$(dpkg --print-architecture)
mkdir -p "$tree/DEBIAN"
sed -e "s/VERSION/$version/; s/ARCHITECTURE/$architecture/; s/DEPENDS/$depends/" ops/deb/control >"$tree/DEBIAN/control"
install --mode 644 ops/deb/conffiles "$tree/DEBIAN/conffiles"
install --mode 755 ops/deb/{postinst,prerm,postrm} "$tree/DEBIAN/"

dpkg-deb --build --root-owner-group "$tree" "$out/tickerquest_${version}_$architecture.deb"
rm -rf "$tree" "$out/shlibdeps"
