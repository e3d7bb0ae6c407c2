package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Locks taking turns on one server, see {@link Race}. An operation is an acquire and its release, with nothing in between. Prints
 * Markdown.
 *
 * <ul>
 *   <li>{@code free-1}, {@code free-8}: 1,000 locks that hardly anybody else wants, so many threads, one client
 *   <li>{@code hot-8}, {@code hot-64}: all threads want one lock, one client
 *   <li>{@code clients-8}: all want one lock, each thread with a client of its own; {@link LockProcesses} has real processes
 * </ul>
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations (all), contenders (all).
 */
public final class LockDuel {

    private static final String OPERATIONS = "free-1,free-8,hot-8,hot-64,clients-8";

    private LockDuel() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        List<String> wanted = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        Race.printHead();
        for (String operation : operations.split(",")) {
            int threads = Integer.parseInt(operation.substring(operation.indexOf('-') + 1));
            boolean free = operation.startsWith("free");
            List<String> names = (free ? Lockers.FREE : Lockers.HOT)
                    .stream()
                            .filter(name -> wanted.isEmpty() || wanted.contains(name))
                            .toList();
            try (Standalone redis = Standalone.start()) {
                Race race = new Race(redis, threads, rounds, millis);
                run(race, redis, operation, names, free ? 1_000 : 1, operation.startsWith("clients") ? threads : 1);
            }
        }
    }

    private static void run(Race race, Standalone redis, String operation, List<String> names, int locks, int clients)
            throws InterruptedException {
        List<Lockers> opened = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : names) {
                List<Lockers> all = new ArrayList<>();
                for (int i = 0; i < clients; i++) {
                    all.add(Lockers.open(name, redis.uri()));
                }
                opened.addAll(all);
                contenders.add(contender(name, all, locks));
            }
            race.run(operation, contenders);
        } finally {
            opened.forEach(Lockers::close);
        }
    }

    /** The threads of a turn get the clients in turn. */
    private static Contender contender(String name, List<Lockers> clients, int locks) {
        Turns<Lockers> turns = new Turns<>(clients);
        return new Contender(name, true, () -> {
            Lockers mine = turns.next();
            return random -> {
                mine.hold(name + ':' + random.nextInt(locks));
                return 1;
            };
        });
    }

    /** One after the other, round and round. */
    private static final class Turns<T> {

        private final List<T> all;
        private Iterator<T> left;

        Turns(List<T> all) {
            this.all = all;
            this.left = all.iterator();
        }

        synchronized T next() {
            if (!left.hasNext()) {
                left = all.iterator();
            }
            return left.next();
        }
    }
}
