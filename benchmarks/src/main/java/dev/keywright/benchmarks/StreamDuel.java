package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToIntFunction;

/**
 * Streams taking turns on one server, see {@link Race}. Events are 100 bytes. Prints Markdown.
 *
 * <ul>
 *   <li>{@code append-1}, {@code append-8}: one event at a time, so many threads, one client
 *   <li>{@code bulk-1}: 500 events in one call; the first contender appends them one by one, as the floor does
 *   <li>{@code alone-1}: one event is appended, and has been handled and acknowledged by a worker of the same client; its time is that
 *       from before the append to the handler
 *   <li>{@code window-1}: 500 events are appended in one flush, and have been handled and acknowledged
 * </ul>
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations (all), contenders (all).
 */
public final class StreamDuel {

    private static final String OPERATIONS = "append-1,append-8,bulk-1,alone-1,window-1";

    private StreamDuel() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        List<String> wanted = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        Race.printHead();
        for (String operation : operations.split(",")) {
            String what = operation.substring(0, operation.indexOf('-'));
            int threads = Integer.parseInt(operation.substring(operation.indexOf('-') + 1));
            List<String> names = Streams.names(what).stream()
                    .filter(name -> wanted.isEmpty() || wanted.contains(name))
                    .toList();
            try (Standalone redis = Standalone.start()) {
                run(new Race(redis, threads, rounds, millis), redis.uri(), operation, what, names);
            }
        }
    }

    private static void run(Race race, String uri, String operation, String what, List<String> names)
            throws InterruptedException {
        List<Streams> opened = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : names) {
                Streams mine = Streams.open(name, uri, what.equals("alone") || what.equals("window"));
                opened.add(mine);
                contenders.add(new Contender(name, !what.equals("window"), () -> caller(mine, of(what))));
            }
            race.run(operation, contenders);
        } finally {
            opened.forEach(Streams::close);
        }
    }

    private static ToIntFunction<Streams> of(String what) {
        return switch (what) {
            case "append" -> Streams::append;
            case "bulk" -> Streams::bulk;
            case "alone" -> Streams::alone;
            case "window" -> Streams::window;
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Caller caller(Streams mine, ToIntFunction<Streams> operation) {
        return new Caller() {
            @Override
            public int call(ThreadLocalRandom random) {
                return operation.applyAsInt(mine);
            }

            @Override
            public void finish() {
                mine.empty();
            }
        };
    }
}
