# Removes one container after its last user. Arguments: directory, seconds to linger, the container's name.
# The same watch as that of `reaper.sh`: every user holds the FIFO `users` open for writing; the kernel closes it
# however the user ends.

trap '' HUP INT TERM QUIT PIPE
umask 077
cd / || exit 1
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

dir=$1
linger=$2
name=$3

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

# The client where there is one, else the engine's own interface.
remove() {
    docker rm -f -v "$name" && return
    socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    case $socket in
    unix://*) curl -sf -X DELETE --unix-socket "${socket#unix://}" "http://engine/containers/$name?force=1&v=1" ;;
    *) return 1 ;;
    esac
}
# The engine may be busy, or still be making it.
for pause in 0 1 2 4 8; do
    sleep "$pause"
    remove && break
done
rm -rf "$dir"
