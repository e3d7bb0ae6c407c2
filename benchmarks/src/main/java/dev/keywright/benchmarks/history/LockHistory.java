package dev.keywright.benchmarks.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lets processes write to a resource under a lock, pauses, kills and cuts them off in the middle of their holds, freezes their server and
 * lets it lose what it knows, and checks what the resource has seen. Prints a row of Markdown for each kind of lock.
 *
 * <p>Arguments: minutes for each kind (10), how many pauses of a process beyond its lease are enough (1,000), milliseconds of the lease
 * (400), kinds (all; see {@link Kind}). Linux only. With {@code -Dhistory.preload=LIBRARY}, the path of libfaketime, the clocks of the
 * processes are an hour ahead or behind; what runs forward in them stays as it is.
 */
public final class LockHistory {

    private static final double FOR_SERVERS = 0.2;

    private LockHistory() {}

    public static void main(String[] arguments) throws Exception {
        double minutes = arguments.length > 0 ? Double.parseDouble(arguments[0]) : 10;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        Duration lease = Duration.ofMillis(arguments.length > 2 ? Long.parseLong(arguments[2]) : 400);
        List<Kind> kinds = arguments.length > 3
                ? Arrays.stream(arguments).skip(3).map(Kind::named).toList()
                : List.of(Kind.values());
        Duration forServers = Duration.ofMillis((long) (minutes * 60_000 * FOR_SERVERS));
        Duration forProcesses = Duration.ofMillis((long) (minutes * 60_000 * (1 - FOR_SERVERS)));
        List<String> rows = new ArrayList<>();
        for (Kind kind : kinds) {
            Trial trial = new Trial(kind, lease);
            Tally processes = ProcessFaults.in(trial, rounds, forProcesses);
            System.err.println("one server:  " + processes.row(kind));
            Tally servers = ServerFaults.in(trial, forServers);
            System.err.println("failing over: " + servers.row(kind));
            rows.add(processes.plus(servers).row(kind));
        }
        System.out.println("Lease " + lease.toMillis() + " ms; clocks of the processes "
                + (Crew.clocksDiffer() ? "an hour ahead or behind" : "right") + ".");
        System.out.println();
        System.out.println(Tally.HEAD);
        rows.forEach(System.out::println);
    }
}
