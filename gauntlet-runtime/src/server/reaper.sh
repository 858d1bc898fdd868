# Ends one embedded server after its last user. Arguments: directory, seconds to linger.
# A shell and not a process of ours, so that it needs neither our binary nor unsafe code to outlive us.
# Every user holds the FIFO `users` open for writing; the kernel closes it however the user ends.

trap '' HUP INT TERM QUIT PIPE
umask 077
cd / || exit 1
# Descriptors that our starter got from its own parent are not ours to hold.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

dir=$1
linger=$2

# A postmaster of this directory, and not another process that was given its number.
alive() {
    pid=
    [ -r "$dir/data/postmaster.pid" ] && read -r pid <"$dir/data/postmaster.pid"
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

[ -p "$dir/users" ] || mkfifo "$dir/users" || exit 1
# Open for both, so that neither this nor the next line waits, and no user finds a FIFO without a reader.
exec 3<>"$dir/users"
exec 4<"$dir/users"
# Standard input ends when the starter has registered itself, or has died.
read -r _
exec 3>&-

while :; do
    # End of file: nobody has it open any more.
    read -r _ <&4
    rm -f "$dir/joined"
    sleep "$linger"
    [ -e "$dir/joined" ] && continue
    [ -e "$dir/keep" ] && continue
    break
done
# From here on nobody may join. Who looked before this line is already registered, and is waited for.
rm -f "$dir/open"
read -r _ <&4

# Immediate shutdown: there is nothing worth a checkpoint.
alive && kill -QUIT "$pid"
gone 50 || { alive && kill -KILL "$pid"; gone 20; }
rm -rf "$dir" || { sleep 1; rm -rf "$dir"; }
