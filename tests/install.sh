# Sourced by the run.sh scripts: installs Debian packages that are missing, and Catch2 3 where the distribution's is
# older. Needs root or sudo; a second run installs nothing. The user's apt configuration stays as it is.

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'
}

# install PACKAGE...: those that are not there yet.
install() {
    missing=
    for package; do installed "$package" || missing="$missing $package"; done
    [ -n "$missing" ] || return 0
    echo "installing$missing"
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# with_backports COMMAND...: apt-get COMMAND... that sees bookworm-backports, by lists of its own, from the mirror in use.
with_backports() {
    lists=$(mktemp -d)
    kind=deb
    [ "$1" != source ] || kind=deb-src
    mkdir "$lists/parts" "$lists/lists"
    site=$(apt-get indextargets --format '$(SITE) $(RELEASE)' | awk '$2 == "bookworm" { print $1; exit }')
    echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site bookworm-backports main" >"$lists/parts/backports.list"
    options="-o Dir::Etc::SourceParts=$lists/parts -o Dir::State::Lists=$lists/lists -o APT::Get::List-Cleanup=0"
    # shellcheck disable=SC2086
    as_root apt-get update -qq $options -o Dir::Etc::SourceList=/dev/null
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get $options -o Dir::Etc::SourceList=/dev/null -qq "$@" >/dev/null
    as_root rm -rf "$lists"
}

install_catch2() {
    version=$(dpkg-query -W -f '${Version}' catch2 2>/dev/null || true)
    case "$version" in 3.*) return 0 ;; esac
    candidate=$(apt-cache policy catch2 | awk '/Candidate:/ { print $2 }')
    case "$candidate" in
        3.*) install catch2 ;;
        *) echo "installing catch2 from backports" && with_backports install -y -t bookworm-backports catch2 ;;
    esac
}

# catch2_source FOLDER: Catch2's source in FOLDER, for builds whose flags or standard library are not those of its package.
catch2_source() {
    [ ! -f "$1/extras/catch_amalgamated.cpp" ] || return 0
    mkdir -p "$1"
    (cd "$1" && with_backports source --download-only catch2 && tar xf catch2_*.orig.tar.* --strip-components=1)
}

# The oldest Boost with all that is needed, where the default one is older.
install_boost() {
    if apt-cache show libboost1.81-dev >/dev/null 2>&1; then install libboost1.81-dev libboost-json1.81-dev
    else install libboost-dev libboost-json-dev; fi
}

install_build_tools() {
    apt-cache show meson >/dev/null 2>&1 || as_root apt-get update -qq # a machine that never did
    install g++ meson ninja-build pkg-config libssl-dev libcurl4-openssl-dev libcpp-httplib-dev nghttp2-proxy
    case "${CXX:-}" in *clang++-*) install "clang-${CXX##*-}" "libclang-rt-${CXX##*-}-dev" ;; esac
    install_boost
}

# configure FOLDER [meson setup options]: sets the build up, once for the same options and compiler; silent unless that fails.
configure() {
    [ "$(cat "$1/configured" 2>/dev/null)" != "${CXX:-} $*" ] || return 0
    [ ! -f "$1/build.ninja" ] || rm -rf "$1"
    mkdir -p "$1"
    case ${CXX:-c++} in # g++ spends a tenth of its time looking for garbage, in little memory, unless told otherwise
    *clang*) flags= ;;
    *) flags='--param=ggc-min-expand=300 --param=ggc-min-heapsize=1000000' ;;
    esac
    CXXFLAGS="$flags ${CXXFLAGS:-}" meson setup "$@" >"$1/setup.log" || { cat "$1/setup.log"; return 1; }
    echo "${CXX:-} $*" >"$1/configured"
}
