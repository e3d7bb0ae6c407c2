package dev.keywright.lock;

import dev.keywright.connection.Connection;
import dev.keywright.lease.Lessee;
import dev.keywright.script.Script;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** {@code LockMeasure [SECONDS]}: one uncontended lock beside two bare EVALSHA, interleaved; then one hot lock and its threads. */
final class LockMeasure {

    private static final Duration WAIT = Duration.ofSeconds(30);

    private LockMeasure() {}

    public static void main(String[] args) {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 1;
        try (Standalone redis = Standalone.start();
                Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            Locks locks = new Locks(lessee);
            uncontended(connection, locks, seconds);
            inside(
                    redis,
                    "EVALSHA of the lock",
                    () -> locks.lock("cold", LockOptions.DEFAULTS).acquire(WAIT).release());
            inside(
                    redis,
                    "bare EVALSHA",
                    () -> Script.of("bare", "return 1").with(new byte[] {'k'}).call(connection, Duration.ofSeconds(2)));
            for (int threads : new int[] {8, 64}) {
                hot(locks, threads, seconds);
            }
            hotProcesses(redis, seconds);
        }
    }

    private static void uncontended(Connection connection, Locks locks, double seconds) {
        Script bare = Script.of("bare", "return 1");
        byte[] key = {'k'};
        Duration timeout = Duration.ofSeconds(2);
        DistributedLock lock = locks.lock("cold", LockOptions.DEFAULTS);
        DistributedLock quick = locks.lock("cold", LockOptions.DEFAULTS.withReleaseWithoutWaiting(true));
        double[][] rates = new double[3][7];
        for (int round = -2; round < 7; round++) {
            double[] now = {
                rate(seconds / 7, () -> {
                    bare.with(key).call(connection, timeout);
                    bare.with(key).call(connection, timeout);
                }),
                rate(seconds / 7, () -> lock.acquire(WAIT).release()),
                rate(seconds / 7, () -> quick.acquire(WAIT).release())
            };
            for (int i = 0; round >= 0 && i < 3; i++) {
                rates[i][round] = now[i];
            }
        }
        for (double[] each : rates) {
            Arrays.sort(each);
        }
        System.out.printf(
                "two EVALSHA %.0f/s, acquire and release %.0f/s, release without waiting %.0f/s%n",
                rates[0][3], rates[1][3], rates[2][3]);
    }

    private static void inside(Standalone redis, String what, Runnable work) {
        redis.command("CONFIG", "RESETSTAT");
        rate(0.5, work);
        System.out.println(what + " inside the server: " + redis.info("cmdstat_evalsha"));
    }

    private static double rate(double seconds, Runnable work) {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long times = 0;
        while (System.nanoTime() < end) {
            work.run();
            times++;
        }
        return times * 1e9 / (System.nanoTime() - start);
    }

    private static void hot(Locks locks, int threads, double seconds) {
        DistributedLock lock = locks.lock("hot", LockOptions.DEFAULTS);
        List<DistributedLock> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(lock);
        }
        print(threads + " threads of one process", all, seconds);
    }

    private static void hotProcesses(Standalone redis, double seconds) {
        List<Connection> connections = new ArrayList<>();
        List<Lessee> several = new ArrayList<>();
        List<DistributedLock> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Connection connection = Connection.open(redis.uri());
            connections.add(connection);
            several.add(new Lessee(connection));
            all.add(new Locks(several.get(i)).lock("hot", LockOptions.DEFAULTS));
        }
        print("8 connections, a thread each", all, seconds);
        for (int i = 0; i < 8; i++) {
            all.set(i, new Locks(several.get(i)).lock("hot", LockOptions.DEFAULTS.withFair(true)));
        }
        print("8 connections, a thread each, fair", all, seconds);
        several.forEach(Lessee::close);
        connections.forEach(Connection::close);
    }

    private static void print(String what, List<DistributedLock> locks, double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        AtomicLong longest = new AtomicLong();
        List<CompletableFuture<Long>> counts = new ArrayList<>();
        for (DistributedLock lock : locks) {
            CompletableFuture<Long> count = new CompletableFuture<>();
            counts.add(count);
            new Thread(() -> {
                        long times = 0;
                        for (long asked = System.nanoTime(); asked < end; asked = System.nanoTime()) {
                            try (Hold hold = lock.acquire(WAIT)) {
                                longest.accumulateAndGet(System.nanoTime() - asked, Math::max);
                                times++;
                            }
                        }
                        count.complete(times);
                    })
                    .start();
        }
        long[] each =
                counts.stream().mapToLong(CompletableFuture::join).sorted().toArray();
        System.out.printf(
                "%s: %.0f holds/s, longest wait %.1f ms, least against most served %.2f%n",
                what,
                Arrays.stream(each).sum() / seconds,
                longest.get() / 1e6,
                (double) each[0] / each[each.length - 1]);
    }
}
