# Runs apt-get, with a setting for new clusters in a file that is there only meanwhile. Nobody ends it: where dpkg is killed,
# nothing can be installed any more until somebody repairs the machine.
# Arguments: the file, the program and its own.

# A shell after `su` has no `sbin`, without which dpkg refuses.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

file=$1
shift
folder=${file%/*}
mkdir -p "$folder" || exit
{
    echo '# While `cargo gauntlet install` or a test installs PostgreSQL; removed afterwards.'
    echo 'create_main_cluster = false'
} >"$file" || exit
"$@" </dev/null
status=$?
rm -f "$file"
rmdir "$folder" 2>/dev/null
# Our starter has died, and with it whoever removes what it has made here.
kill -0 "$PPID" 2>/dev/null || rm -rf "$PWD"
exit "$status"
