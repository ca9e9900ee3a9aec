# shellcheck shell=bash
# What the commands of bin/ share: system packages, the Python environment, the installation's own files.
# Sourced by them, never run. Messages are for the person who installs: Chinese, short, and say what to do.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV=$ROOT/.venv
PYTHON=$VENV/bin/python # always `python -m …`: the scripts of an environment do not survive a move of the folder

# Some images forbid Python to keep what it compiled: then every process that starts compiles the program anew.
unset PYTHONDONTWRITEBYTECODE

PACKAGES_RUN=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk)

say() { printf '%s\n' "$*"; }
die() {
    printf '%s\n' "$@" >&2
    exit 1
}

digest() { sha256sum | cut -d' ' -f1; }
digest_of_file() { digest <"$1"; }

# One digest over names and contents of all files under the given folders (those that exist; never what we wrote).
digest_of_trees() {
    { find "$@" -type f -not -name '*.pyc' -not -path "$ROOT/var/*" -print0 2>/dev/null || true; } | LC_ALL=C sort -z | xargs -0r sha256sum | digest
}

# --- System packages ------------------------------------------------------------------------------------------------

is_root() { [ "$(id -u)" = 0 ]; }
may_install() { command -v apt-get >/dev/null && { is_root || sudo -n true 2>/dev/null; }; }
as_root() { if is_root; then "$@"; else sudo -n "$@"; fi; }
distribution() { (. /etc/os-release 2>/dev/null && printf '%s' "${ID:-unknown}") || printf unknown; }

# Prints those of the given Debian packages that are not installed.
missing_packages() {
    local installed name
    command -v dpkg-query >/dev/null || return 0
    installed=" $(dpkg-query -W -f='${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true)"
    for name in "$@"; do
        case $installed in *" installed:$name "*) ;; *) printf '%s ' "$name" ;; esac
    done
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

# What there is to install, asked once for the calls that follow one another; two that go on at once take turns.
APT_LISTS=
apt_lists() {
    [ -n "$APT_LISTS" ] || (flock 8 && apt_get update) 8<"$ROOT/bin/lib.sh" || true
    APT_LISTS=1
}

# Installs what is missing of the given packages where this account may; else says exactly what to install, and ends.
need_packages() {
    local missing log
    read -ra missing <<<"$(missing_packages "$@")"
    [ ${#missing[@]} -gt 0 ] || return 0
    if ! may_install; then
        die "缺少系统软件包：${missing[*]}" "请管理员执行下面的命令，然后再运行一次：" \
            "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
    fi
    say "正在安装系统软件包：${missing[*]}……"
    log=$(mktemp)
    if ! { apt_lists; apt_get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "系统软件包没有装上，请检查网络或软件源后再运行一次。"
    fi
    rm -f "$log"
}

# What the program needs and what else is named, in one go: every call of apt-get takes seconds.
need_run_packages() {
    command -v dpkg-query >/dev/null ||
        say "提示：本机不是 Debian 或 Ubuntu，请自行确认已装有 Pango、HarfBuzz(subset)和 Noto CJK 字体。"
    need_packages "${PACKAGES_RUN[@]}" "$@"
}

# --- Fonts of official letters --------------------------------------------------------------------------------------

# 仿宋, 楷体, 黑体 and a heavy 宋 for titles, by the Fandol team (GPL with font exception), as Debian ships them in
# texlive-lang-chinese. Only these files are taken out of the package; nothing of it is installed, no right is needed.
FONTS=$VENV/share/fonts/lianzheng
FONTS_PACKAGE=texlive-lang-chinese
FONTS_FILES="\
d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9  FandolFang-Regular.otf
4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28  FandolHei-Regular.otf
ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827  FandolKai-Regular.otf
ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9  FandolSong-Bold.otf"

fonts_installed() { (cd "$FONTS" 2>/dev/null && sha256sum --check --status <<<"$FONTS_FILES") 2>/dev/null; }

# Takes the files out of the package into a folder; each must have the digest above.
fetch_fonts() {
    local scratch=$1
    cd "$scratch" || return 1
    if ! apt-cache show "$FONTS_PACKAGE" >/dev/null 2>&1 && may_install; then apt_lists; fi
    timeout 300 apt-get -qq -o APT::Sandbox::User=root download "$FONTS_PACKAGE" || return 1
    dpkg-deb --fsys-tarfile "$FONTS_PACKAGE"_*.deb | tar -x --wildcards --no-anchored 'Fandol*.otf' || return 1
    mkdir fonts
    find . -name 'Fandol*.otf' -not -path './fonts/*' -exec mv -t fonts {} +
    (cd fonts && sha256sum --check --status <<<"$FONTS_FILES")
}

# Never stops anything: without these fonts Noto stands in, and the administrator's page says so. Tried again each day.
need_fonts() {
    local scratch name
    if fonts_installed || ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then return 0; fi
    if [ -n "$(find "$FONTS/tried" -mmin -1440 2>/dev/null)" ]; then return 0; fi
    mkdir -p "$FONTS"
    say "正在取公文用的字体（仿宋、楷体、黑体、标题宋体）……"
    scratch=$(mktemp -d)
    if (fetch_fonts "$scratch") >/dev/null 2>&1; then
        while read -r _ name; do mv "$scratch/fonts/$name" "$FONTS/.$name" && mv "$FONTS/.$name" "$FONTS/$name"; done \
            <<<"$FONTS_FILES"
        rm -f "$FONTS/tried"
    else
        : >"$FONTS/tried"
        say "没有取到（需要 apt 软件源中的 ${FONTS_PACKAGE}）；公文暂用 Noto 字体代替，其余一切照常。"
    fi
    rm -rf "$scratch"
}

# --- Python environment ---------------------------------------------------------------------------------------------

recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

has_venv_module() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
of_the_distribution() { [ "$("$1" -c 'import sys; print(sys.base_prefix)')" = /usr ]; }
complete() { recent_enough "$1" && { has_venv_module "$1" || { of_the_distribution "$1" && may_install; }; }; }

# Prints the Python to build the environment with: LIANZHENG_PYTHON, or the distribution's own, or what is beside it. The
# distribution's is built after a profile of real runs; one built by hand or by pyenv seldom is, and then every page and
# every test takes about a third longer.
find_python() {
    local fit candidate
    for fit in complete recent_enough; do
        for candidate in ${LIANZHENG_PYTHON:+"$LIANZHENG_PYTHON"} /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
            if command -v "$candidate" >/dev/null && "$fit" "$candidate"; then
                command -v "$candidate"
                return
            fi
        done
    done
    die "需要 Python 3.11 或更高版本，本机的是：$(python3 --version 2>&1 || true)" \
        "请升级系统（Debian 12、Ubuntu 24.04 起自带），或用环境变量 LIANZHENG_PYTHON 指明新版 Python 的路径。"
}

# Debian keeps ensurepip in a package of its own, named after the version.
need_venv_module() {
    has_venv_module "$1" && return
    of_the_distribution "$1" || die "这个 Python 缺少 venv 模块，无法建立运行环境：$1"
    need_packages "$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
}

# A lock is satisfied when the stamp holds its digest and the Python that it was installed for.
stamp_line() { printf '%s %s %s' "$1" "$(digest_of_file "$ROOT/$1")" "$("$PYTHON" -V 2>&1)"; }
lock_installed() {
    [ -x "$PYTHON" ] && [ -f "$VENV/lianzheng.stamp" ] && grep -qxF "$(stamp_line "$1")" "$VENV/lianzheng.stamp"
}

make_environment() {
    local lock=$1 python log
    if ! [ -x "$PYTHON" ] || ! recent_enough "$PYTHON" || ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
        python=$(find_python)
        need_venv_module "$python"
        say "正在建立运行环境 .venv ……"
        "$python" -m venv --clear "$VENV"
    fi
    say "正在安装依赖（${lock}，逐一核对摘要）……"
    rm -f "$VENV/lianzheng.stamp"
    log=$(mktemp)
    if ! "$PYTHON" -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r "$ROOT/$lock" \
        >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "依赖没有装上。请检查网络；在内网可用环境变量 PIP_INDEX_URL 指明镜像，再运行一次。"
    fi
    rm -f "$log"
    # The lock for development contains the other one, pin by pin.
    { stamp_line requirements.lock; echo; [ "$lock" = requirements.lock ] || { stamp_line "$lock"; echo; }; } \
        >"$VENV/lianzheng.stamp"
}

# Makes .venv hold what the given lock says; a matter of milliseconds when it does already.
need_environment() {
    lock_installed "$1" && return
    # Two commands at once: the second waits and then finds everything done.
    (
        flock 9
        lock_installed "$1" || make_environment "$1"
    ) 9<"$ROOT/bin"
}

# --- The installation's own files -----------------------------------------------------------------------------------

# Data folder and secret key, both made once, and told to Django.
need_data() {
    export LIANZHENG_DATA=${LIANZHENG_DATA:-$ROOT/var}
    [ -d "$LIANZHENG_DATA" ] || (umask 077 && mkdir -p "$LIANZHENG_DATA") # a register of risks is nobody else's to read
    LIANZHENG_DATA=$(cd "$LIANZHENG_DATA" && pwd)
    [ -n "${LIANZHENG_SECRET_KEY:-}${LIANZHENG_SECRET_KEY_FILE:-}" ] && return
    export LIANZHENG_SECRET_KEY_FILE=$LIANZHENG_DATA/secret_key
    [ -s "$LIANZHENG_SECRET_KEY_FILE" ] || make_secret_key "$LIANZHENG_SECRET_KEY_FILE"
}

make_secret_key() {
    (
        umask 077
        "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(64))' >"$1.$$"
        # A hard link is refused where the name is taken: of two at once, one key wins and is the key of both.
        ln "$1.$$" "$1" 2>/dev/null || true
        rm -f "$1.$$"
    )
    [ -s "$1" ] || die "无法写入密钥文件：$1"
}
