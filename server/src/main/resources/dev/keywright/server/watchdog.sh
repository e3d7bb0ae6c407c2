# Runs a server for one JVM and ends it with that JVM, however the JVM ends.
#
# Standard input is a pipe whose other end only the JVM holds: when the JVM closes it or dies, reading meets the end, the server is
# killed and the folder removed. The server is this shell's own child and is waited for, so its process id cannot come to mean
# another process. Ctrl-C reaches the whole process group of a terminal; it must not end this shell before its work is done.
#
# Arguments   1 the folder to make and to remove    2 the folder of the server's data    3 the file of its configuration
#             4... the server's command
# Reads       lines of the configuration up to a line "."
#             "run" starts the server; then names of signals to send to it (KILL, STOP, CONT), or
#             FULL, FREE: its files can grow no more, or can again
# Prints      "ready", or "failed" and why; "started PID"; "sent" for each word but KILL; "ended STATUS"
trap '' HUP INT QUIT TERM TSTP PIPE XFSZ
umask 077
PATH=$PATH:/usr/bin:/bin
folder=$1
data=$2
conf=$3
shift 3
mkdir "$folder" || { echo "failed: cannot make the folder"; exit 1; }
written=yes
mkdir -p "$data" || written=no
while IFS= read -r line && [ "$line" != . ]; do
  printf '%s\n' "$line" || written=no
done >"$folder/new.conf"
# A JVM that died while it was telling leaves the configuration of before.
[ "$line" = . ] && cat "$folder/new.conf" >"$conf.new" && mv "$conf.new" "$conf" || written=no
if [ "$written" = yes ]; then echo ready; else echo "failed: cannot write in the folder"; fi

exec 3<&0
while IFS= read -r word; do
  [ "$word" = run ] || continue
  "$@" </dev/null >>"$folder/server.log" 2>&1 3<&- &
  server=$!
  (
    while IFS= read -r signal; do
      case $signal in
        FULL) prlimit --pid "$server" --fsize=0:unlimited && echo sent || echo refused ;;
        FREE) prlimit --pid "$server" --fsize=unlimited:unlimited && echo sent || echo refused ;;
        KILL) kill -KILL "$server" ;;
        *) kill "-$signal" "$server" && echo sent ;;
      esac
    done
    # A child that is writing a snapshot would go on for a while without its server.
    set -- "$data"/temp-*
    [ ! -e "$1" ] || pkill -KILL -P "$server"
    kill -KILL "$server"
  ) <&3 3<&- &
  listener=$!
  echo "started $server"
  wait "$server"
  status=$?
  kill -KILL "$listener"
  wait "$listener"
  echo "ended $status"
done
rm -rf "$folder"
