package dev.keywright.benchmarks;

import dev.keywright.benchmarks.Race.Contender;
import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Job queues taking turns on one server, see {@link Race}; values have 100 letters. Prints Markdown.
 *
 * <ul>
 *   <li>{@code enqueue-1}, {@code enqueue-8}: jobs one by one, by so many threads; nobody works. The floor is one XADD each
 *   <li>{@code bulk-1}: 100 at once. The floor is one XADD after the other
 *   <li>{@code cycle-16}: so many threads enqueue 16 jobs one by one and wait until they are done, by as many workers that do nothing but
 *       count; an operation is a job. The floor is LPUSH, BLMOVE and LREM
 *   <li>{@code bulkcycle-16}: the same with 100 jobs at once
 *   <li>{@code latency-16}: from enqueueing until a handler runs, on an idle queue with so many workers; its rows are called {@code idle}
 *   <li>{@code memory-1}: what 10,000 waiting jobs take on the server, in bytes for each
 * </ul>
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), operations (all), contenders (all).
 */
public final class JobDuel {

    private static final String OPERATIONS = "enqueue-1,enqueue-8,bulk-1,cycle-16,bulkcycle-16,latency-16,memory-1";
    private static final int BURST = 16;
    private static final int BULK = 100;
    private static final int STORED = 10_000;
    private static final int LETTERS = 100;
    private static final long IDLE = 5_000_000; // ns
    private static final int EACH_ROUND = 50;

    private final Standalone redis;
    private final List<String> wanted;
    private final int rounds;
    private final int threads;

    private JobDuel(Standalone redis, List<String> wanted, int rounds, int threads) {
        this.redis = redis;
        this.wanted = wanted;
        this.rounds = rounds;
        this.threads = threads;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        String operations = arguments.length > 2 ? arguments[2] : OPERATIONS;
        List<String> wanted = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        Race.printHead();
        for (String operation : operations.split(",")) {
            int dash = operation.indexOf('-');
            int threads = Integer.parseInt(operation.substring(dash + 1));
            try (Standalone redis = Standalone.start()) {
                new JobDuel(redis, wanted, rounds, threads).run(operation, operation.substring(0, dash), millis);
            }
        }
    }

    private void run(String operation, String kind, long millis) throws InterruptedException {
        Race race = new Race(redis, threads, rounds, millis);
        switch (kind) {
            case "enqueue" ->
                withAll(List.of("xadd", "list", "keywright", "redisson"), all -> race.run(operation, callers(all, 1)));
            case "bulk" ->
                withAll(
                        List.of("xadd", "xadd-pipelined", "list", "keywright", "redisson"),
                        all -> race.run(operation, callers(all, BULK)));
            case "cycle" -> withAll(workers(), all -> race.run(operation, cycles(all, BURST, false)));
            case "bulkcycle" -> withAll(workers(), all -> race.run(operation, cycles(all, BULK, true)));
            case "latency" -> withAll(workers(), this::latency);
            case "memory" -> withAll(List.of("xadd", "list", "keywright"), this::memory);
            default -> throw new IllegalArgumentException(operation);
        }
    }

    private static List<String> workers() {
        return List.of("list", "keywright", "redisson");
    }

    private interface Use {
        void with(Map<String, Labour> opened) throws InterruptedException;
    }

    private void withAll(List<String> names, Use use) throws InterruptedException {
        Map<String, Labour> opened = new LinkedHashMap<>();
        try {
            for (String name : names) {
                if (wanted.isEmpty() || wanted.contains(name)) {
                    opened.put(name, Labour.open(name, redis.uri()));
                }
            }
            use.with(opened);
        } finally {
            opened.values().forEach(Labour::close);
        }
    }

    // --- putting in

    private static List<Contender> callers(Map<String, Labour> opened, int bulk) {
        List<String> values = Collections.nCopies(bulk, "v".repeat(LETTERS));
        List<Contender> contenders = new ArrayList<>();
        opened.forEach(
                (name, labour) -> contenders.add(new Contender(name, bulk == 1, () -> new Enqueueing(labour, values))));
        return contenders;
    }

    private record Enqueueing(Labour labour, List<String> values) implements Caller {

        @Override
        public int call(ThreadLocalRandom random) {
            if (values.size() == 1) {
                labour.put(values.get(0));
            } else {
                labour.putAll(values);
            }
            return values.size();
        }

        @Override
        public void finish() {
            labour.clear();
        }
    }

    // --- and doing

    private List<Contender> cycles(Map<String, Labour> opened, int burst, boolean together) {
        List<Contender> contenders = new ArrayList<>();
        opened.forEach((name, labour) -> {
            Counters counters = new Counters();
            labour.work(threads, counters::done);
            contenders.add(new Contender(name, false, () -> counters.caller(labour, burst, together)));
        });
        return contenders;
    }

    /** Who waits for what: a value begins with the number of who put it in. */
    private static final class Counters {

        private final AtomicInteger numbers = new AtomicInteger();
        private final Map<Integer, Semaphore> done = new ConcurrentHashMap<>();

        void done(String value) {
            Semaphore counted = done.get(Integer.valueOf(value.substring(0, value.indexOf(' '))));
            if (counted != null) {
                counted.release();
            }
        }

        Caller caller(Labour labour, int burst, boolean together) {
            int number = numbers.incrementAndGet();
            Semaphore mine = new Semaphore(0);
            done.put(number, mine);
            String head = number + " ";
            List<String> values = Collections.nCopies(burst, head + "v".repeat(LETTERS - head.length()));
            return random -> {
                if (together) {
                    labour.putAll(values);
                } else {
                    values.forEach(labour::put);
                }
                mine.acquireUninterruptibly(burst);
                return burst;
            };
        }
    }

    // --- how soon

    private void latency(Map<String, Labour> opened) {
        Map<String, Histogram> times = new LinkedHashMap<>();
        opened.forEach((name, labour) -> {
            Histogram own = new ConcurrentHistogram(60_000_000, 2);
            times.put(name, own);
            labour.work(threads, sent -> own.recordValue((System.nanoTime() - Long.parseLong(sent)) / 1_000));
        });
        for (int round = -3; round < rounds; round++) {
            if (round == 0) {
                times.values().forEach(Histogram::reset);
            }
            opened.values().forEach(JobDuel::trickle);
        }
        System.out.println("| idle | contender | p50 us | p99 us | longest us |");
        System.out.println("| --- | --- | --- | --- | --- |");
        times.forEach((name, own) -> System.out.printf(
                Locale.ROOT,
                "| idle | %s | %d | %d | %d |%n",
                name,
                own.getValueAtPercentile(50),
                own.getValueAtPercentile(99),
                own.getMaxValue()));
    }

    private static void trickle(Labour labour) {
        for (int i = 0; i < EACH_ROUND; i++) {
            LockSupport.parkNanos(IDLE);
            labour.put(Long.toString(System.nanoTime()));
        }
        LockSupport.parkNanos(4 * IDLE);
    }

    // --- and how much it takes

    private void memory(Map<String, Labour> opened) {
        System.out.println("| stored | contender | bytes each |");
        System.out.println("| --- | --- | --- |");
        opened.forEach((name, labour) -> {
            long before = Long.parseLong(redis.info("used_memory_dataset"));
            for (int i = 0; i < STORED; i += BULK) {
                int from = i;
                labour.putAll(IntStream.range(from, from + BULK)
                        .mapToObj(number -> "v".repeat(LETTERS))
                        .toList());
            }
            long bytes = Long.parseLong(redis.info("used_memory_dataset")) - before;
            System.out.printf(Locale.ROOT, "| stored | %s | %d |%n", name, bytes / STORED);
            labour.clear();
        });
    }
}
