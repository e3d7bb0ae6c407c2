package dev.keywright.benchmarks.history;

import dev.keywright.server.Sentinel;
import dev.keywright.server.ServerOptions;
import dev.keywright.server.Standalone;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Where Redis is, and what befalls it there. Threads: one. */
interface QueueSite extends AutoCloseable {

    String uri();

    /** How often it was killed and frozen, and what it did then. */
    String history();

    /** Lets something befall it, and returns when it is well again. */
    void fault(QueueBook book, QueueAudit audit) throws InterruptedException;

    @Override
    void close();

    /** @param name {@code everysec} or {@code always}, how one server writes its AOF; or {@code failover} */
    static QueueSite open(String name) {
        return name.equals("failover") ? new Failing() : new Restarting(name);
    }

    /** One server that is killed and started again with its AOF, or frozen, in turn. */
    final class Restarting implements QueueSite {

        private static final long LATE = TimeUnit.SECONDS.toNanos(3); // for what is written each second
        private static final int LONGEST_FREEZE = 2_500; // ms

        private final Standalone redis;
        private final boolean always;
        private final Random random = new Random(2);
        private int kills;
        private int freezes;

        Restarting(String fsync) {
            this.redis = Standalone.start(
                    ServerOptions.DEFAULTS.withDirective("appendonly", "yes").withDirective("appendfsync", fsync));
            this.always = fsync.equals("always");
        }

        @Override
        public String uri() {
            return redis.uri();
        }

        @Override
        public void fault(QueueBook book, QueueAudit audit) {
            long from = System.nanoTime();
            if (freezes < kills) {
                freezes++;
                redis.freeze();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500 + random.nextInt(LONGEST_FREEZE - 500)));
                redis.thaw();
            } else {
                kills++;
                redis.kill();
                redis.restart();
                if (!always) {
                    book.loss(from - LATE, System.nanoTime(), audit.present());
                }
            }
            book.trouble(from);
        }

        @Override
        public String history() {
            return String.format(
                    Locale.ROOT, "%d restarts (AOF %s), %d freezes", kills, always ? "always" : "everysec", freezes);
        }

        @Override
        public void close() {
            redis.close();
        }
    }

    /** A primary that is cut off from its replica, goes on for a while, and is killed: what it was told last is lost. */
    final class Failing implements QueueSite {

        private static final Duration CUT = Duration.ofMillis(500);
        private static final long LATE = TimeUnit.MILLISECONDS.toNanos(200);

        private final Sentinel sentinel;
        private int failovers;

        Failing() {
            this.sentinel = Sentinel.start(1, ServerOptions.DEFAULTS.withPartitions());
            for (Standalone each : sentinel.sentinels()) { // they make the old primary a replica sooner
                each.command("SENTINEL", "DEBUG", "info-period", "500", "publish-period", "500");
            }
        }

        @Override
        public String uri() {
            return sentinel.uri();
        }

        @Override
        public void fault(QueueBook book, QueueAudit audit) {
            long from = System.nanoTime();
            Standalone primary = sentinel.primary();
            for (Standalone replica : sentinel.replicas()) {
                sentinel.network().cut(primary, replica);
            }
            LockSupport.parkNanos(CUT.toNanos());
            primary.kill();
            Standalone unused = sentinel.primary();
            failovers++;
            book.loss(from - LATE, System.nanoTime(), audit.present());
            sentinel.network().heal();
            primary.restart();
            sentinel.awaitAgreement();
            book.trouble(from);
        }

        @Override
        public String history() {
            return failovers + " failovers that lose writes";
        }

        @Override
        public void close() {
            sentinel.close();
        }
    }
}
