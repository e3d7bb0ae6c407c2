package dev.keywright.redlock;

import dev.keywright.KeywrightException;
import dev.keywright.lock.DistributedLock;
import dev.keywright.lock.Hold;
import dev.keywright.server.Independent;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hunts for two holds at once and for tokens that do not grow: {@code RedlockHunt SECONDS [careless]}. Six users over three clients work
 * under one lock, while one of five masters after the other is killed and comes back empty, or is frozen. With {@code careless} a master
 * grants as soon as it is back, and three at a time come back empty: then the hunt has to find something.
 */
final class RedlockHunt {

    private static final Duration LEASE = Duration.ofSeconds(2);

    private final AtomicLong inside = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    private final AtomicInteger holds = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();
    private final AtomicInteger older = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);

    private RedlockHunt() {}

    public static void main(String[] words) throws InterruptedException {
        boolean careless = words.length > 1 && words[1].equals("careless");
        RedlockHunt hunt = new RedlockHunt();
        hunt.run(Duration.ofSeconds(Integer.parseInt(words[0])), careless);
        System.out.println(hunt.holds + " holds, " + hunt.lost + " of them lost before their end; " + hunt.overlaps
                + " overlaps, " + hunt.older + " tokens that did not grow");
        System.exit((hunt.overlaps.get() + hunt.older.get() > 0) == careless ? 0 : 1);
    }

    private void run(Duration time, boolean careless) throws InterruptedException {
        RedlockOptions options = RedlockOptions.DEFAULTS
                .withLease(LEASE)
                .withRetryPause(Duration.ofMillis(50))
                .withRestartDelay(careless ? Duration.ZERO : LEASE);
        List<Redlock> clients = new ArrayList<>();
        List<Thread> users = new ArrayList<>();
        try (Independent redis = Independent.start(5)) {
            for (int i = 0; i < 3; i++) {
                clients.add(Redlock.connect(redis.uris()));
            }
            for (int i = 0; i < 6; i++) {
                DistributedLock lock = clients.get(i % 3).lock("hunt", options);
                Random chance = new Random(i);
                Thread user = new Thread(() -> use(lock, chance), "user-" + i);
                user.start();
                users.add(user);
            }
            torment(redis, System.nanoTime() + time.toNanos(), careless);
            over.countDown();
            for (Thread user : users) {
                user.join();
            }
            clients.forEach(Redlock::close);
        }
    }

    private void use(DistributedLock lock, Random chance) {
        while (over.getCount() > 0) {
            try {
                lock.tryAcquire(Duration.ofSeconds(1)).ifPresent(hold -> work(hold, chance.nextInt(200)));
            } catch (KeywrightException away) {
                // too few masters for a while
            }
        }
    }

    private void work(Hold hold, int millis) {
        holds.incrementAndGet();
        long token = hold.token();
        if (hold.isHeld()) {
            if (last.getAndAccumulate(token, Math::max) >= token) {
                older.incrementAndGet();
            }
            inside.set(token);
            pause(millis);
            if (hold.isHeld() && inside.get() != token) {
                overlaps.incrementAndGet();
            }
        }
        if (!hold.isHeld()) {
            lost.incrementAndGet();
        }
        hold.close();
    }

    private void torment(Independent redis, long until, boolean careless) {
        Random chance = new Random(42);
        while (System.nanoTime() < until) {
            int first = chance.nextInt(5);
            for (int i = 0; i < (careless ? 3 : 1); i++) {
                Standalone victim = redis.nodes().get((first + i) % 5);
                if (careless || chance.nextBoolean()) {
                    victim.kill();
                    victim.restart();
                } else {
                    victim.freeze();
                    pause(500 + chance.nextInt(1_000));
                    victim.thaw();
                }
            }
            pause(
                    careless
                            ? 500
                            : 1_000
                                    + chance.nextInt(
                                            1_000)); // two may be out at a time: one back for less than a lease, and
            // the next
        }
    }

    private void pause(int millis) {
        try {
            boolean unused = over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
