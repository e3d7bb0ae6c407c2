package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Queues taking turns on one server, see {@link Race}; each thread has a queue of its own, entries have 100 bytes. The floor is LPUSH,
 * BLMOVE and LREM by plain Lettuce. Prints Markdown.
 *
 * <ul>
 *   <li>{@code cycle-1}: 16 entries are sent, one by one, and taken and acknowledged, one by one; an operation is one entry
 *   <li>{@code pingpong-1}: one is sent, taken and acknowledged, then the next
 *   <li>{@code batch-1}: as cycle, 100 entries sent at once
 *   <li>{@code enqueue-1}: one is sent; nobody takes
 *   <li>{@code latency-1}: from sending to having it, by a thread that waits at an empty queue;its rows are called {@code idle}
 * </ul>
 *
 * <p>The number is that of threads. Arguments: rounds (11), milliseconds per turn (500), operations (all), contenders (all).
 */
public final class QueueDuel {

    private static final String OPERATIONS = "enqueue-1,pingpong-1,cycle-1,cycle-8,batch-1,latency-1";
    private static final int BURST = 16;
    private static final int BATCH = 100;

    private QueueDuel() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        List<String> names = arguments.length > 3 ? List.of(arguments[3].split(",")) : Queues.ALL;
        Race.printHead();
        for (String operation : operations.split(",")) {
            String kind = operation.substring(0, operation.indexOf('-'));
            int threads = Integer.parseInt(operation.substring(kind.length() + 1));
            try (Standalone redis = Standalone.start()) {
                if (kind.equals("latency")) {
                    latency(redis, names, rounds);
                } else {
                    run(new Race(redis, threads, rounds, millis), redis, operation, kind, names);
                }
            }
        }
    }

    private static void run(Race race, Standalone redis, String operation, String kind, List<String> names)
            throws InterruptedException {
        List<Queues> opened = new ArrayList<>();
        try {
            List<Contender> contenders = new ArrayList<>();
            for (String name : names) {
                Queues queues = Queues.open(name, redis.uri());
                opened.add(queues);
                contenders.add(new Contender(name, kind.equals("enqueue"), () -> caller(kind, queues.line())));
            }
            race.run(operation, contenders);
        } finally {
            opened.forEach(Queues::close);
        }
    }

    private static Caller caller(String kind, Queues.Line line) {
        return switch (kind) {
            case "enqueue" -> new Enqueueing(line, Queues.values(1).get(0));
            case "pingpong" -> random -> cycle(line, Queues.values(1), false);
            case "cycle" -> random -> cycle(line, Queues.values(BURST), false);
            case "batch" -> random -> cycle(line, Queues.values(BATCH), true);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static int cycle(Queues.Line line, List<String> values, boolean together) {
        if (together) {
            line.sendAll(values);
        } else {
            values.forEach(line::send);
        }
        for (int i = 0; i < values.size(); i++) {
            String unused = line.takeAndAcknowledge();
        }
        return values.size();
    }

    private record Enqueueing(Queues.Line line, String value) implements Caller {
        @Override
        public int call(ThreadLocalRandom random) {
            line.send(value);
            return 1;
        }

        @Override
        public void finish() {
            line.clear();
        }
    }

    private static void latency(Standalone redis, List<String> names, int rounds) throws InterruptedException {
        System.out.println("| idle | contender | p50 us | p99 us | longest us |");
        System.out.println("| --- | --- | --- | --- | --- |");
        for (String name : names) {
            try (Queues queues = Queues.open(name, redis.uri())) {
                Queues.Line line = queues.line();
                Histogram unused = waited(line, 200);
                Histogram times = waited(line, rounds * 50);
                System.out.printf(
                        Locale.ROOT,
                        "| idle | %s | %d | %d | %d |%n",
                        name,
                        times.getValueAtPercentile(50),
                        times.getValueAtPercentile(99),
                        times.getMaxValue());
            }
        }
    }

    /** Each is sent some milliseconds after the one before was had, so that the taker waits. */
    private static Histogram waited(Queues.Line line, int count) throws InterruptedException {
        Histogram times = new Histogram(60_000_000, 2);
        Thread taker = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                long sent = Long.parseLong(line.takeAndAcknowledge());
                times.recordValue((System.nanoTime() - sent) / 1_000);
            }
        });
        taker.start();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(5_000_000);
            line.send(Long.toString(System.nanoTime()));
        }
        taker.join();
        return times;
    }
}
