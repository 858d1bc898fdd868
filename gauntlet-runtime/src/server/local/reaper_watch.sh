# Waits for the last user of a directory, then goes on with the script behind this one, which ends what is there.
# Arguments: directory, seconds to linger, and those of that script.
# A shell and not a process of ours, so that it needs neither our binary nor unsafe code to outlive us.
# Every user holds the FIFO `users` open for writing; the kernel closes it however the user ends.

trap '' HUP INT TERM QUIT PIPE
umask 077
cd / || exit 1
# Descriptors that our starter got from its own parent are not ours to hold.
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-

dir=$1
linger=$2

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
