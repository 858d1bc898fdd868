# Removes one container after its last user. Stands behind `reaper_watch.sh`. Argument: the container's name.

name=$3

# The client where there is one, else the engine's own interface.
remove() {
    # It succeeds where there is none, and prints nothing then.
    [ "$(docker rm -f -v "$name")" = "$name" ] && return
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
