package dev.keywright.lock;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Readers and writers of several connections, of which some give up, while connections are killed and scripts forgotten; nobody may
 * overlap and everybody has to get in. {@code ReadWriteLockHunt [SECONDS] [FAULTS: true, false]}. The last line says what was found;
 * without faults also how fast it went.
 */
final class ReadWriteLockHunt {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final LockOptions OPTIONS = LockOptions.DEFAULTS.withDeadline(Duration.ofSeconds(1));
    private static final int CONNECTIONS = 4;
    private static final int THREADS = 12;

    private static final AtomicInteger READING = new AtomicInteger();
    private static final AtomicInteger WRITING = new AtomicInteger();
    private static final AtomicInteger READS = new AtomicInteger();
    private static final AtomicInteger WRITES = new AtomicInteger();
    private static final AtomicInteger OVERLAPS = new AtomicInteger();
    private static final AtomicInteger LOST = new AtomicInteger();
    private static final AtomicInteger LATE = new AtomicInteger();
    private static final AtomicLong LONGEST_WAIT = new AtomicLong();
    private static final AtomicLong LAST_TOKEN = new AtomicLong();

    private ReadWriteLockHunt() {}

    public static void main(String[] args) {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        boolean faults = args.length < 2 || Boolean.parseBoolean(args[1]);
        List<Keywright> processes = new ArrayList<>();
        try (Standalone redis = Standalone.start()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                processes.add(Keywright.connect(redis.uri()));
            }
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(seconds);
            long warm = (start + end) / 2;
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                CompletableFuture<?> done = new CompletableFuture<>();
                all.add(done);
                new Thread(() -> {
                            try {
                                work(
                                        processes.get(thread % CONNECTIONS),
                                        new Random(thread),
                                        thread < 3,
                                        faults,
                                        warm,
                                        end);
                            } finally {
                                done.complete(null);
                            }
                        })
                        .start();
            }
            CompletableFuture<Void> working = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            while (!working.isDone()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
                if (faults) {
                    redis.command(
                            "CLIENT", "KILL", "TYPE", READS.get() % 2 == 0 ? "normal" : "pubsub", "SKIPME", "yes");
                    redis.command("SCRIPT", "FLUSH");
                }
            }
            System.out.println(READS + " reads, " + WRITES + " writes in " + seconds + " s; overlaps " + OVERLAPS
                    + ", lost " + LOST + ", not in within " + LONG.toSeconds() + " s " + LATE
                    + ", longest wait of the second half "
                    + LONGEST_WAIT.get() / 1_000_000 + " ms; waiting at the end "
                    + redis.command("EXISTS", "lock:{hunt}:rw:writers", "lock:{hunt}:rw:waiting") + ", held "
                    + redis.command("EXISTS", "lock:{hunt}:rw", "lock:{hunt}:rw:readers"));
        } finally {
            processes.forEach(Keywright::close);
        }
    }

    private static void work(Keywright kw, Random random, boolean writes, boolean impatience, long warm, long end) {
        DistributedReadWriteLock lock = kw.readWriteLock("hunt", OPTIONS);
        DistributedLock side = writes ? lock.write() : lock.read();
        while (System.nanoTime() < end) {
            boolean impatient = impatience && random.nextInt(4) == 0;
            long asked = System.nanoTime();
            try (Hold hold = side.acquire(impatient ? Duration.ofMillis(random.nextInt(5)) : LONG)) {
                if (asked > warm) {
                    LONGEST_WAIT.accumulateAndGet(System.nanoTime() - asked, Math::max);
                }
                use(hold, writes);
            } catch (KeywrightException.Unavailable late) {
                LATE.addAndGet(impatient ? 0 : 1);
            }
        }
    }

    private static void use(Hold hold, boolean writes) {
        AtomicInteger mine = writes ? WRITING : READING;
        mine.incrementAndGet();
        LockSupport.parkNanos(200_000);
        boolean alone = writes ? WRITING.get() == 1 && READING.get() == 0 : WRITING.get() == 0;
        long last = writes ? LAST_TOKEN.getAndSet(hold.token()) : LAST_TOKEN.get();
        boolean inOrder = writes ? last < hold.token() : last == hold.token() || last == 0;
        OVERLAPS.addAndGet(alone && inOrder ? 0 : 1);
        LOST.addAndGet(hold.isHeld() ? 0 : 1);
        mine.decrementAndGet();
        (writes ? WRITES : READS).incrementAndGet();
    }
}
