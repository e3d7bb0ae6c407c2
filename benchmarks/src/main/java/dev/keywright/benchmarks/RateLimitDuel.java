package dev.keywright.benchmarks;

import dev.keywright.server.Standalone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * Limiters taking turns on one server: in each round everyone gets the same short time, and the order is turned round from
 * round to round, so that what disturbs the machine disturbs all. What counts is each one's ratio to the floor in the same
 * round. Prints Markdown.
 *
 * A round during which other processes used a quarter of a core or more is repeated; standard error says how often, and how
 * many disturbed ones counted in the end.
 *
 * <p>Arguments: rounds (11), milliseconds per turn (500), limiters (all).
 */
public final class RateLimitDuel {

    private static final long LONGEST = 60_000_000; // us
    private static final long WARM_UP = 1_500; // ms
    private static final long PAUSE = 300; // ms, for neighbours to finish
    private static final int PERMITS = 100_000_000; // nobody is refused: the longer way through each script

    /** Cores that other processes may use in a round that counts. */
    private static final double QUIET = Double.parseDouble(System.getProperty("quiet", "0.25"));

    /** How many times the rounds are tried before disturbed ones count too. */
    private static final int PATIENCE = Integer.getInteger("patience", 20);

    private RateLimitDuel() {}

    /** What one turn gave. */
    private record Turn(double perSecond, double clientMicros, double serverMicros, double trips, Histogram latency) {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11;
        long millis = arguments.length > 1 ? Long.parseLong(arguments[1]) : 500;
        List<String> names = arguments.length > 2 ? List.of(arguments[2].split(",")) : Limiters.NAMES;
        System.out.println("| threads | subjects | limiter | decisions/s | x floor (range) | p50 / p99 us"
                + " | CPU us client + server | round trips |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
        for (int subjects : new int[] {1000, 1}) {
            for (int threads : new int[] {1, 8, 64}) {
                compare(names, subjects, threads, rounds, millis);
            }
        }
    }

    /** One limiter and what it did in its turns. */
    private record Contender(String name, Limiters limiters, List<Turn> turns) {
        Histogram latency() {
            Histogram all = new Histogram(LONGEST, 2);
            turns.forEach(turn -> all.add(turn.latency));
            return all;
        }
    }

    private static void compare(List<String> names, int subjects, int threads, int rounds, long millis)
            throws InterruptedException {
        try (Standalone redis = Standalone.start()) {
            compare(names, redis, subjects, threads, rounds, millis);
        }
    }

    private static void compare(
            List<String> names, Standalone redis, int subjects, int threads, int rounds, long millis)
            throws InterruptedException {
        List<Contender> contenders = new ArrayList<>();
        try {
            for (String name : names) {
                Limiters limiters = Limiters.open(name, redis.uri(), PERMITS);
                contenders.add(new Contender(name, limiters, new ArrayList<>()));
                turn(limiters, redis, threads, subjects, Math.max(WARM_UP, millis));
            }
            int tries = 0;
            int disturbed = 0;
            for (int round = 0; round < rounds; tries++) {
                List<Contender> order = new ArrayList<>(contenders);
                if (round % 2 == 1) {
                    Collections.reverse(order);
                }
                Neighbours neighbours = Neighbours.watch(redis);
                for (Contender each : order) {
                    each.turns.add(turn(each.limiters, redis, threads, subjects, millis));
                }
                boolean quiet = neighbours.cores() < QUIET;
                if (quiet || tries >= rounds * PATIENCE) {
                    round++;
                    disturbed += quiet ? 0 : 1;
                } else {
                    contenders.forEach(each -> each.turns.remove(each.turns.size() - 1));
                    awaitNothing(PAUSE);
                }
            }
            System.err.printf(
                    Locale.ROOT,
                    "%d threads, %d subjects: %d rounds kept of %d, %d of them disturbed%n",
                    threads,
                    subjects,
                    rounds,
                    tries,
                    disturbed);
        } finally {
            contenders.forEach(each -> each.limiters.close());
        }
        Contender floor = contenders.stream()
                .filter(each -> each.name.equals("floor"))
                .findFirst()
                .orElseThrow();
        contenders.forEach(each -> print(each, floor, threads, subjects));
    }

    private static Turn turn(Limiters limiter, Standalone redis, int threads, int subjects, long millis)
            throws InterruptedException {
        Histogram latency = new Histogram(LONGEST, 2);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        long[] counts = new long[threads];
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int mine = t;
            Histogram own = new Histogram(LONGEST, 2);
            Thread caller = new Thread(() -> {
                ready.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                ThreadLocalRandom random = ThreadLocalRandom.current();
                long count = 0;
                while (!over.get()) {
                    String subject = "user:" + random.nextInt(subjects);
                    long start = System.nanoTime();
                    if (!limiter.tryAcquire(subject)) {
                        throw new IllegalStateException("refused");
                    }
                    own.recordValue(Math.min(LONGEST, (System.nanoTime() - start) / 1000));
                    count++;
                }
                counts[mine] = count;
                synchronized (latency) {
                    latency.add(own);
                }
            });
            callers.add(caller);
            caller.start();
        }
        ready.await();
        long commands = commands(redis);
        double clientCpu = Neighbours.clientMicros();
        double serverCpu = Neighbours.serverMicros(redis);
        long start = System.nanoTime();
        go.countDown();
        awaitNothing(millis);
        over.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double decisions = Arrays.stream(counts).sum();
        return new Turn(
                decisions / seconds,
                (Neighbours.clientMicros() - clientCpu) / decisions,
                (Neighbours.serverMicros(redis) - serverCpu) / decisions,
                (commands(redis) - commands) / decisions,
                latency);
    }

    /**
     * Awaited commands from outside. The server's statistics also count what scripts call: every script here calls GET at most
     * once, so the GETs beyond the scripts' number came over the wire.
     */
    private static long commands(Standalone redis) {
        long scripts = 0;
        long gets = 0;
        for (String line : redis.command("INFO", "commandstats").split("\\R")) {
            if (line.startsWith("cmdstat_eval")) {
                scripts += calls(line);
            } else if (line.startsWith("cmdstat_get:")) {
                gets += calls(line);
            }
        }
        return Math.max(scripts, gets);
    }

    private static long calls(String line) {
        return Long.parseLong(line.replaceAll("^[^=]*=(\\d+),.*", "$1"));
    }

    private static void awaitNothing(long millis) throws InterruptedException {
        if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this down");
        }
    }

    private static void print(Contender each, Contender floor, int threads, int subjects) {
        double[] ratios = new double[each.turns.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = each.turns.get(i).perSecond() / floor.turns.get(i).perSecond();
        }
        Arrays.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %s | %,.0f | %.2f (%.2f-%.2f) | %d / %d | %.1f + %.1f | %.2f |%n",
                threads,
                subjects,
                each.name,
                median(each.turns.stream().mapToDouble(Turn::perSecond)),
                ratios[ratios.length / 2],
                ratios[0],
                ratios[ratios.length - 1],
                each.latency().getValueAtPercentile(50),
                each.latency().getValueAtPercentile(99),
                median(each.turns.stream().mapToDouble(Turn::clientMicros)),
                median(each.turns.stream().mapToDouble(Turn::serverMicros)),
                median(each.turns.stream().mapToDouble(Turn::trips)));
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
