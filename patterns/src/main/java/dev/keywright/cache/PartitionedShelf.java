package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Entries with the changes that the database does not have yet beside them, see {@link ChangeLog}. A put is one script that stores both; a
 * key whose change waits is answered from it, whatever the database says. When too many changes wait, a put waits for room as long as
 * {@link WriteBehindOptions#patience()} says, and is then refused; in a flush with others it is refused at once.
 */
final class PartitionedShelf implements Shelf {

    private static final Script CHANGE = Script.beside(PartitionedShelf.class, "change.lua");
    private static final Script CLAIM = Script.beside(PartitionedShelf.class, "claim-behind.lua");
    private static final byte[] NONE = {};
    private static final byte[] ALWAYS = {'0'};
    private static final byte[] IF_ABSENT = {'1'};
    private static final long LONGEST_PAUSE_NANOS = 25_000_000;

    /** Hears of changes that this process has made. */
    interface Ear {

        /** @param depth how many wait in the partition now; 0 when that is not known */
        void changed(int partition, long depth);

        /** Waits until replicas or the disk have what was just changed, where that is asked for. */
        CompletionStage<Void> confirmed(int partition);
    }

    private final ChangeLog log;
    private final WriteBehindOptions options;
    private final byte[] delay;
    private final byte[] bound;
    private final byte[] absent;
    private final String name;
    private final Ear ear;

    /** @param absent the entry that says that there is no value, as readers of the cache understand it */
    PartitionedShelf(String name, ChangeLog log, WriteBehindOptions options, byte[] absent, Ear ear) {
        this.name = name;
        this.log = log;
        this.options = options;
        this.delay = PlainShelf.number(options.delay().toMillis());
        this.bound = PlainShelf.number(ChangeLog.share(options.maxBacklog(), options.partitions()));
        this.absent = absent;
        this.ear = ear;
    }

    @Override
    public byte[] key(String text) {
        return log.keys(log.partitionOf(text)).entry(text);
    }

    @Override
    public Errand put(String text, byte[] head, byte[] body, long ttlMillis) {
        return change(text, PlainShelf.joined(head, body), ttlMillis, ALWAYS, NONE);
    }

    @Override
    public Errand putIfAbsent(String text, byte[] head, byte[] body, long ttlMillis, byte[] worthless) {
        return change(text, PlainShelf.joined(head, body), ttlMillis, IF_ABSENT, worthless);
    }

    /** The change stays: whoever asks for the key gets the value back from it until the database has it. */
    @Override
    public Errand invalidate(String text) {
        return Errand.of(Command.named("UNLINK").key(key(text)).buildRepeatable());
    }

    @Override
    public Errand remove(String text) {
        return change(text, NONE, 0, ALWAYS, NONE);
    }

    @Override
    public Errand claim(
            String text, byte[] token, long leaseMillis, byte[] waitedOn, long renewBelowMillis, byte[] worthless) {
        ChangeLog.Keys of = log.keys(log.partitionOf(text));
        return Errand.of(CLAIM.with(
                        new byte[][] {of.entry(text), of.changes, of.dead},
                        token,
                        PlainShelf.number(leaseMillis),
                        waitedOn,
                        PlainShelf.number(renewBelowMillis),
                        worthless,
                        text.getBytes(UTF_8),
                        absent)
                .repeatable());
    }

    private Errand change(String text, byte[] entry, long ttlMillis, byte[] condition, byte[] worthless) {
        int partition = log.partitionOf(text);
        ChangeLog.Keys of = log.keys(partition);
        return new Changing(
                partition,
                condition == IF_ABSENT,
                CHANGE.with(
                        new byte[][] {of.entry(text), of.changes, of.due, of.since, of.version, of.dead},
                        text.getBytes(UTF_8),
                        entry,
                        PlainShelf.number(ttlMillis),
                        delay,
                        bound,
                        condition,
                        worthless));
    }

    private static boolean isFull(Reply answer) {
        return answer instanceof Reply.Failure failure && failure.is("BACKLOG");
    }

    private static void await(CompletionStage<Void> confirmed) {
        try {
            confirmed.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof KeywrightException known ? known : e;
        }
    }

    private KeywrightException.Unavailable full() {
        return new KeywrightException.Unavailable(
                "The backlog of the cache " + name + " is full: " + options.maxBacklog()
                        + " changes wait for the database; nothing was stored. See why it is slow, or raise"
                        + " maxBacklog.",
                false);
    }

    /** A change that waits for room. */
    private final class Changing extends Errand {

        private final int partition;
        private final boolean conditional;
        private final Script.Invocation script;
        private final long start = System.nanoTime();
        private long pauseNanos = 500_000;
        private boolean waits;

        Changing(int partition, boolean conditional, Script.Invocation script) {
            this.partition = partition;
            this.conditional = conditional;
            this.script = script;
        }

        @Override
        Command command() {
            return script.byDigest();
        }

        @Override
        @Nullable
        Command next(Reply answer) {
            if (Script.isUnknown(answer)) {
                return script.byText();
            }
            if (isFull(answer) && !waits) {
                throw full();
            }
            if (answer instanceof Reply.Whole whole && whole.value() > 0) {
                ear.changed(partition, conditional ? 0 : whole.value());
            }
            return null;
        }

        @Override
        Reply call(Connection connection, Duration timeout) {
            waits = true;
            Reply answer = super.call(connection, timeout);
            while (isFull(answer)) {
                LockSupport.parkNanos(pause());
                if (Thread.currentThread().isInterrupted()) {
                    throw full();
                }
                answer = super.call(connection, timeout);
            }
            if (options.confirmation().isPresent() && !(answer instanceof Reply.Failure)) {
                await(ear.confirmed(partition));
            }
            return answer;
        }

        @Override
        CompletionStage<Reply> send(Connection connection, Duration timeout) {
            waits = true;
            return super.send(connection, timeout).thenCompose(answer -> {
                if (isFull(answer)) {
                    return CompletableFuture.supplyAsync(
                                    () -> this, CompletableFuture.delayedExecutor(pause(), TimeUnit.NANOSECONDS))
                            .thenCompose(same -> same.send(connection, timeout));
                }
                return options.confirmation().isPresent() && !(answer instanceof Reply.Failure)
                        ? ear.confirmed(partition).thenApply(nothing -> answer)
                        : CompletableFuture.completedStage(answer);
            });
        }

        private long pause() {
            long left = options.patience().toNanos() - (System.nanoTime() - start);
            if (left <= 0) {
                throw full();
            }
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            return Math.min(left, pauseNanos);
        }
    }
}
