# shellcheck shell=bash
# A PostgreSQL of our own for tests and benchmarks: a temporary directory, a socket in it, no network, gone at the end.
# Sourced after lib.sh. start_postgres exports LIANZHENG_DATABASE_URL; stop_postgres belongs into a trap on EXIT.

PG_DIR=
PG_BIN=

# Prints the folder of the newest server programs on this machine (14 or later), if any.
find_postgres() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV) "$(dirname "$(command -v initdb || echo /-/)")"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
            printf '%s' "$folder"
            return
        fi
    done
}

need_postgres() {
    PG_BIN=$(find_postgres)
    [ -n "$PG_BIN" ] && return
    need_packages postgresql
    PG_BIN=$(find_postgres)
    [ -n "$PG_BIN" ] || die "没有找到 PostgreSQL 服务程序(initdb、pg_ctl)。"
}

# PostgreSQL refuses to run as root: then it runs as the first of these accounts that there is.
pg_owner() { for name in postgres nobody; do getent passwd "$name" >/dev/null && printf '%s' "$name" && return; done; }
as_pg_owner() {
    if is_root; then (cd / && runuser -u "$(pg_owner)" -- "$@"); else "$@"; fi
}

start_postgres() {
    need_postgres
    # Not below TMPDIR: the path of a socket must stay under 108 characters.
    PG_DIR=$(mktemp -d /tmp/lianzheng-pg.XXXXXX)
    if is_root; then chown "$(pg_owner)" "$PG_DIR"; fi
    as_pg_owner "$PG_BIN/initdb" -D "$PG_DIR/data" -U lianzheng --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --no-sync >"$PG_DIR/initdb.log"
    # What it holds is thrown away: no waiting for disks, unless somebody looks at just that (PG_DURABLE).
    local careless=" -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    [ -z "${PG_DURABLE:-}" ] || careless=
    as_pg_owner "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/server.log" -w -s \
        -o "-c listen_addresses= -c max_connections=200 -k $PG_DIR$careless" start ||
        { cat "$PG_DIR/server.log" >&2; die "PostgreSQL 没有启动。"; }
    as_pg_owner "$PG_BIN/createdb" -h "$PG_DIR" -U lianzheng lianzheng
    export LIANZHENG_DATABASE_URL="postgresql://lianzheng@/lianzheng?host=$PG_DIR"
}

stop_postgres() {
    [ -n "$PG_DIR" ] || return 0
    as_pg_owner "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate -w -s stop >/dev/null 2>&1 || true
    rm -rf "$PG_DIR"
    PG_DIR=
    unset LIANZHENG_DATABASE_URL
}
