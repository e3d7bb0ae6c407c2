package dev.keywright.lock;

import static org.awaitility.Awaitility.await;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Connection;
import dev.keywright.lease.Lessee;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * L3: acquire, interrupt, release, again and again; afterwards nothing may be renewed and nothing locked. {@code LockLeakHunt [LOOPS]
 * [THREADS]}, 1,000,000 loops otherwise. The last line says what was found.
 */
final class LockLeakHunt {

    private static final AtomicInteger ACQUIRED = new AtomicInteger();

    private LockLeakHunt() {}

    public static void main(String[] args) {
        int loops = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 4;
        long start = System.nanoTime();
        try (Standalone redis = Standalone.start();
                Connection connection = Connection.open(redis.uri());
                Lessee lessee = new Lessee(connection)) {
            Locks locks = new Locks(lessee);
            hunt(locks, loops, threads, 1);
            await().atMost(Duration.ofSeconds(40)).until(() -> lessee.leases().size() == 0 && locks.busyGates() == 0);
            System.out.println(loops + " loops, " + ACQUIRED + " of them acquired, in "
                    + (System.nanoTime() - start) / 1_000_000_000 + " s: "
                    + lessee.leases().size() + " leases watched, " + locks.busyGates() + " gates, lock key there: "
                    + redis.command("EXISTS", "lock:{leak}") + ", waiting: "
                    + redis.command("ZCARD", "lock:{leak}:waiting"));
        }
    }

    /** Interrupts every other try at a random moment. */
    static void hunt(Locks locks, int loops, int threads, long seed) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(seed + i);
            CompletableFuture<?> done = new CompletableFuture<>();
            all.add(done);
            Thread thread = new Thread(() -> {
                try {
                    for (int loop = 0; loop < loops / threads; loop++) {
                        loop(locks, random);
                    }
                    done.complete(null);
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                }
            });
            thread.start();
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    private static void loop(Locks locks, Random random) {
        LockOptions options = LockOptions.DEFAULTS.withFair(random.nextInt(4) == 0);
        if (random.nextBoolean()) {
            Thread self = Thread.currentThread();
            int micros = random.nextInt(400);
            CompletableFuture.delayedExecutor(micros, TimeUnit.MICROSECONDS).execute(self::interrupt);
        }
        try (Hold unused = locks.lock("leak", options).acquire(Duration.ofMillis(random.nextInt(20)))) {
            ACQUIRED.incrementAndGet();
        } catch (KeywrightException.Unavailable interruptedOrLate) {
            // that is what is hunted
        }
        if (random.nextBoolean()) { // else the next try begins with an interrupt
            Thread.interrupted();
        }
    }
}
