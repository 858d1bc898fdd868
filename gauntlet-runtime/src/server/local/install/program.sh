# Runs a program, and ends it with all that it has started when standard input ends: when its starter has died, or waits no
# longer. They are one process group.
# Arguments: the program and its own.

exec 3<&0
# Nothing is ever written to it. Only what the shell has built in, since PATH may lead nowhere.
{ read -r _ <&3; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
"$@" </dev/null
