package dev.keywright.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.keywright.server.Standalone;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Contenders taking turns on one server: in each round everyone gets the same short time, and the order is turned round from
 * round to round, so that what disturbs the machine disturbs all. What counts is each one's ratio to the floor in the same
 * round. Prints rows of Markdown.
 *
 * <p>A round during which other processes used a quarter of a core or more is repeated; standard error says how often, and how
 * many disturbed ones counted in the end.
 *
 * <p>Evenness is what the thread that did least had done for each operation of the one that did most.
 *
 * <p>Garbage is what all threads of this process allocated; commands are what the server counted, those that scripts call included.
 */
final class Race {

    private static final long LONGEST = 60_000_000; // us
    private static final long WARM_UP = Integer.getInteger("warmup", 3_000); // ms of CPU time
    private static final int MOST_WARM_UPS = 10;
    private static final long PAUSE = 300; // ms, for neighbours to finish

    /** Cores that other processes may use in a round that counts. */
    private static final double QUIET = Double.parseDouble(System.getProperty("quiet", "0.25"));

    /** How many times the rounds are tried before disturbed ones count too. */
    private static final int PATIENCE = Integer.getInteger("patience", 20);

    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Standalone redis;
    private final int threads;
    private final int rounds;
    private final long millis;

    Race(Standalone redis, int threads, int rounds, long millis) {
        this.redis = redis;
        this.threads = threads;
        this.rounds = rounds;
        this.millis = millis;
    }

    /**
     * Who takes part.
     *
     * @param timed whether a call is one operation, whose time means something
     * @param caller makes what one thread calls with
     */
    record Contender(String name, boolean timed, Supplier<Caller> caller) {}

    /** What one turn gave, per operation. */
    private record Turn(
            double perSecond,
            double clientMicros,
            double serverMicros,
            double kilobytes,
            double commands,
            double evenness,
            Histogram latency) {}

    /** A contender and what it did in its turns. */
    private record Runner(Contender contender, List<Turn> turns) {

        Histogram latency() {
            Histogram all = new Histogram(LONGEST, 2);
            turns.forEach(turn -> all.add(turn.latency));
            return all;
        }

        double median(ToDoubleFunction<Turn> figure) {
            return middle(turns.stream().mapToDouble(figure).sorted().toArray());
        }
    }

    static void printHead() {
        System.out.println("| operation | contender | ops/s | x floor (range) | p50 / p99 / longest us"
                + " | CPU us client + server | kB garbage | commands | evenness |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    }

    /** Lets them run and prints a row for each; the first is the floor. */
    void run(String operation, List<Contender> contenders) throws InterruptedException {
        List<Runner> runners = new ArrayList<>();
        for (Contender contender : contenders) {
            runners.add(new Runner(contender, new ArrayList<>()));
            warmUp(contender);
        }
        int tries = 0;
        int disturbed = 0;
        for (int round = 0; round < rounds; tries++) {
            List<Runner> order = new ArrayList<>(runners);
            if (round % 2 == 1) {
                Collections.reverse(order);
            }
            Neighbours neighbours = Neighbours.watch(redis);
            for (Runner each : order) {
                each.turns.add(turn(each.contender, millis));
            }
            boolean quiet = neighbours.cores() < QUIET;
            if (quiet || tries >= rounds * PATIENCE) {
                round++;
                disturbed += quiet ? 0 : 1;
            } else {
                runners.forEach(each -> each.turns.remove(each.turns.size() - 1));
                awaitNothing(PAUSE);
            }
        }
        System.err.printf(
                Locale.ROOT, "%s: %d rounds kept of %d, %d of them disturbed%n", operation, rounds, tries, disturbed);
        runners.forEach(each -> print(operation, each, runners.get(0)));
    }

    /** The threads of one turn; they begin together and stay until everything is counted. */
    private final class Callers {

        private final Contender contender;
        private final AtomicBoolean over = new AtomicBoolean();
        private final CountDownLatch ready = new CountDownLatch(threads);
        private final CountDownLatch go = new CountDownLatch(1);
        private final CountDownLatch done = new CountDownLatch(threads);
        private final CountDownLatch counted = new CountDownLatch(1);
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final Histogram latency = new Histogram(LONGEST, 2);
        private long operations;
        private long least = Long.MAX_VALUE;
        private long most;

        Callers(Contender contender) {
            this.contender = contender;
        }

        void start() throws InterruptedException {
            for (int t = 0; t < threads; t++) {
                new Thread(this::runOne, "caller-" + t).start();
            }
            ready.await();
        }

        private void runOne() {
            Caller caller = contender.caller.get();
            Histogram own = new Histogram(LONGEST, 2);
            long count = 0;
            try {
                ready.countDown();
                go.await();
                count = contender.timed ? timed(caller, own) : untimed(caller);
                caller.finish();
            } catch (InterruptedException | RuntimeException e) {
                failure.set(e);
            } finally {
                synchronized (this) {
                    operations += count;
                    least = Math.min(least, count);
                    most = Math.max(most, count);
                    latency.add(own);
                }
                done.countDown();
            }
            try {
                counted.await();
            } catch (InterruptedException e) {
                failure.set(e);
            }
        }

        private long timed(Caller caller, Histogram own) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long count = 0;
            long before = System.nanoTime();
            while (!over.get()) {
                count += caller.call(random);
                long now = System.nanoTime();
                own.recordValue(Math.min(LONGEST, (now - before) / 1000));
                before = now;
            }
            return count;
        }

        private long untimed(Caller caller) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            long count = 0;
            while (!over.get()) {
                count += caller.call(random);
            }
            return count;
        }
    }

    /** By CPU time, as a machine that others use may leave little of it to the compiler. */
    private void warmUp(Contender contender) throws InterruptedException {
        double until = Neighbours.clientMicros() + WARM_UP * 1e3;
        for (int i = 0; i < MOST_WARM_UPS && Neighbours.clientMicros() < until; i++) {
            turn(contender, Math.max(WARM_UP / 2, millis));
        }
    }

    private Turn turn(Contender contender, long millis) throws InterruptedException {
        Callers callers = new Callers(contender);
        callers.start();
        double commands = commands();
        double clientCpu = Neighbours.clientMicros();
        double serverCpu = Neighbours.serverMicros(redis);
        double allocated = allocatedBytes();
        long start = System.nanoTime();
        callers.go.countDown();
        awaitNothing(millis);
        callers.over.set(true);
        callers.done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        double garbage = allocatedBytes() - allocated;
        double client = Neighbours.clientMicros() - clientCpu;
        double server = Neighbours.serverMicros(redis) - serverCpu;
        double sent = commands() - commands;
        callers.counted.countDown();
        Throwable failure = callers.failure.get();
        if (failure != null) {
            throw new IllegalStateException(contender.name + " failed", failure);
        }
        double operations = callers.operations;
        return new Turn(
                operations / seconds,
                client / operations,
                server / operations,
                garbage / 1e3 / operations,
                sent / operations,
                (double) callers.least / callers.most,
                callers.latency);
    }

    private static double allocatedBytes() {
        return Arrays.stream(MEMORY.getThreadAllocatedBytes(MEMORY.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    /** All but those that ask for figures like this one. */
    private double commands() {
        return Arrays.stream(redis.command("INFO", "commandstats").split("\\R"))
                .filter(line -> line.startsWith("cmdstat_") && !line.startsWith("cmdstat_info"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("^[^=]*=(\\d+),.*", "$1")))
                .sum();
    }

    private static void awaitNothing(long millis) throws InterruptedException {
        if (new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("nobody counts this down");
        }
    }

    private static void print(String operation, Runner each, Runner floor) {
        double[] ratios = new double[each.turns.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = each.turns.get(i).perSecond() / floor.turns.get(i).perSecond();
        }
        Arrays.sort(ratios);
        Histogram latency = each.latency();
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %,.0f | %.2f (%.2f-%.2f) | %s | %.2f + %.2f | %.3f | %.2f | %.2f |%n",
                operation,
                each.contender.name,
                each.median(Turn::perSecond),
                middle(ratios),
                ratios[0],
                ratios[ratios.length - 1],
                each.contender.timed ? times(latency) : "",
                each.median(Turn::clientMicros),
                each.median(Turn::serverMicros),
                each.median(Turn::kilobytes),
                each.median(Turn::commands),
                each.median(Turn::evenness));
    }

    private static String times(Histogram latency) {
        return latency.getValueAtPercentile(50) + " / " + latency.getValueAtPercentile(99) + " / "
                + latency.getMaxValue();
    }

    private static double middle(double[] sorted) {
        return sorted[sorted.length / 2];
    }
}
