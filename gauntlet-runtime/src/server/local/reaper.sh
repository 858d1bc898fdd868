# Ends one embedded server after its last user. Stands behind `reaper_watch.sh`.

# The postmaster by its command line, where somebody has removed its directory, or what was mounted there.
found() {
    for entry in /proc/[0-9]*; do
        case $(tr '\0' ' ' 2>/dev/null <"$entry/cmdline") in
        */postgres\ -D\ "$dir/data "*)
            pid=${entry#/proc/}
            return 0
            ;;
        esac
    done
    return 1
}

# A postmaster of this directory, and not another process that was given its number.
alive() {
    pid=
    [ -d "$dir/data" ] || found || return 1
    [ -n "$pid" ] || { [ -r "$dir/data/postmaster.pid" ] && read -r pid <"$dir/data/postmaster.pid"; }
    case $pid in '' | *[!0-9]*) return 1 ;; esac
    if [ -e /proc/self/cmdline ]; then
        # Not /proc/$pid/cwd: root in a container may not look at that of another user's process.
        grep -qsF -- "$dir/data" "/proc/$pid/cmdline"
    else
        ps -o args= -p "$pid" | grep -qF -- "$dir/data"
    fi
}

# Waits while the postmaster lives, for at most $1 tenths of a second.
gone() {
    tenths=$1
    while alive; do
        [ "$tenths" -gt 0 ] || return 1
        tenths=$((tenths - 1))
        sleep 0.1 2>/dev/null || sleep 1
    done
}

# Immediate shutdown: there is nothing worth a checkpoint.
alive && kill -QUIT "$pid"
gone 50 || { alive && kill -KILL "$pid"; gone 20; }
rm -rf "$dir" || { sleep 1; rm -rf "$dir"; }
