#!/bin/sh
# install.sh install|uninstall: what `make install` puts where, and takes away.
# BUILD, DESTDIR, BINDIR, MANDIR, DOCDIR, SHAREDIR and LIBDIR come from make.
set -eu
umask 022

# One file; @BINDIR@ and @DOCDIR@ in it become where things are.
put_text() {
	mkdir -p "$DESTDIR${2%/*}"
	rm -f "$DESTDIR$2"
	sed -e "s|@BINDIR@|$BINDIR|g" -e "s|@DOCDIR@|$DOCDIR|g" \
		-e '/^@HARDENING@$/{' -e 'r docs/packaging/systemd/hardening' \
		-e 'd' -e '}' "$1" >"$DESTDIR$2"
}

put_program() {
	mkdir -p "$DESTDIR${2%/*}"
	rm -f "$DESTDIR$2"
	cp "$1" "$DESTDIR$2"
	chmod 755 "$DESTDIR$2"
}

drop() {
	rm -f "$DESTDIR$2"
}

# $1 is called with each text and its place, $2 with the program.
each_file() {
	$2 "$BUILD/postrider" "$BINDIR/postrider"
	for page in postrider.1 postrider.yaml.5 postrider-templates.7; do
		$1 "$BUILD/man/$page" "$MANDIR/man${page##*.}/$page"
	done
	$1 "$BUILD/completions/bash" \
		"$SHAREDIR/bash-completion/completions/postrider"
	$1 "$BUILD/completions/zsh" "$SHAREDIR/zsh/site-functions/_postrider"
	$1 "$BUILD/completions/fish" \
		"$SHAREDIR/fish/vendor_completions.d/postrider.fish"
	for unit in docs/packaging/systemd/*.service \
		docs/packaging/systemd/*.timer; do
		$1 "$unit" "$LIBDIR/systemd/system/${unit##*/}"
	done
	$1 docs/packaging/systemd/postrider.sysusers \
		"$LIBDIR/sysusers.d/postrider.conf"
	$1 docs/packaging/systemd/postrider.tmpfiles \
		"$LIBDIR/tmpfiles.d/postrider.conf"
}

# As they lie here, so that what they link to is there; and a site to copy.
put_manuals() {
	drop_manuals
	mkdir -p "$DESTDIR$DOCDIR/docs" "$DESTDIR$DOCDIR/templates" \
		"$DESTDIR$DOCDIR/examples"
	cp README.md LICENSE "$DESTDIR$DOCDIR/"
	cp -R docs/*.md docs/pictures "$DESTDIR$DOCDIR/docs/"
	cp templates/README.md "$DESTDIR$DOCDIR/templates/"
	cp -R lists templates "$DESTDIR$DOCDIR/examples/"
	rm "$DESTDIR$DOCDIR/examples/templates/README.md"
	chmod -R u=rwX,go=rX "$DESTDIR$DOCDIR"
}

drop_manuals() {
	rm -rf "$DESTDIR${DOCDIR:?}"
}

case ${1:-} in
install)
	each_file put_text put_program
	put_manuals
	;;
uninstall)
	each_file drop drop
	drop_manuals
	;;
*)
	echo "install.sh: install or uninstall" >&2
	exit 64
	;;
esac
