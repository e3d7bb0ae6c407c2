package dev.keywright.queue;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Command;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Lessee;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A queue on a list whose entries are handled at least once. Who takes one has it until it is acknowledged; when its process dies, others
 * get it after {@link QueueOptions#lease()}, as another attempt.
 * <ul>
 *   <li>Order: as sent, but for what is tried again.
 *   <li>Round trips: to send 1, any number of entries; to take 1 for up to {@link QueueOptions#prefetch()} entries, and
 *       the acknowledgements of those before.
 *   <li>An empty queue is waited for by a blocking command on a connection of its own.
 *   <li>Threads: any number. Failure: {@code Unavailable}; what was sent with an unknown outcome may be there, and twice when sent again.
 * </ul>
 */
public final class ReliableQueue<T> implements AutoCloseable {

    /** What a queue asks of its servers. */
    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "TIME",
                            "RPUSH",
                            "LPUSH",
                            "LPOP",
                            "RPOP",
                            "LREM",
                            "LLEN",
                            "LRANGE",
                            "LTRIM",
                            "BLMOVE",
                            "ZADD",
                            "ZRANGE",
                            "ZREM",
                            "ZSCORE",
                            "ZCARD",
                            "ZPOPMIN",
                            "EXISTS",
                            "LINDEX",
                            "PEXPIRE",
                            "PUBLISH",
                            "SUBSCRIBE",
                            "UNSUBSCRIBE"),
                    List.of("queue:*"))
            .withChannels(Lessee.CHANNELS)
            .thatAreDurable();

    private static final int MOST_CONSUMERS = 10_000;

    final QueueKeys keys;
    private final Codec<T> codec;
    private final Consumer<T> consumer;
    private final ExecutorService takers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "keywright-queue-taker");
        thread.setDaemon(true);
        return thread;
    });

    /** Made by {@code Keywright.queue}. */
    public ReliableQueue(Lessee lessee, String name, QueueOptions options, Codec<T> codec) {
        this.keys = new QueueKeys(lessee, name, options);
        this.codec = codec;
        this.consumer = new Consumer<>(keys, codec);
    }

    public String name() {
        return keys.stem.name();
    }

    byte[] entry(T value) {
        return Entry.first(keys.lessee.newOwner(), codec.format(), codec.encode(value));
    }

    List<byte[]> entries(List<T> values) {
        return values.stream().map(this::entry).toList();
    }

    public void send(T value) {
        send(List.of(entry(value)));
    }

    /** All in one command. */
    public void sendAll(List<T> values) {
        if (!values.isEmpty()) {
            send(entries(values));
        }
    }

    private void send(List<byte[]> entries) {
        Reply unused =
                keys.connection().call(keys.send(entries), keys.deadline()).orThrow(keys.where);
    }

    public CompletionStage<Void> sendAsync(T value) {
        return sendAllAsync(List.of(value));
    }

    /** @param values at least one */
    public CompletionStage<Void> sendAllAsync(List<T> values) {
        return keys.connection()
                .send(keys.send(entries(values)), keys.deadline())
                .thenAccept(reply -> {
                    Reply unused = reply.orThrow(keys.where);
                });
    }

    /**
     * The next entry, or none when none comes in time.
     *
     * @throws KeywrightException.Unavailable when the server does not answer; nothing is lost
     * @throws IllegalStateException when this is closed
     */
    public Optional<Delivery<T>> take(Duration wait) throws InterruptedException {
        return consumer.take(wait);
    }

    /** As {@link #take}; while it waits it occupies a thread. */
    public CompletionStage<Optional<Delivery<T>>> takeAsync(Duration wait) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return take(wait);
                    } catch (InterruptedException e) {
                        throw new CompletionException(e);
                    }
                },
                takers);
    }

    /** Hands entries to the handler, in threads of its own, until it is closed. */
    public Consumption<T> consume(int threads, QueueHandler<T> handler) {
        return new Consumption<>(new Consumer<>(keys, codec), threads, handler, keys.options.lease());
    }

    /** The newest dead entries. */
    public List<DeadLetter<T>> deadLetters(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count is " + count + "; give 1 or more");
        }
        return keys
                .connection()
                .call(QueueKeys.range(keys.dead, 0, count - 1), keys.deadline())
                .orThrow(keys.where)
                .items()
                .stream()
                .map(each -> Entry.letter(each.bytes(), codec))
                .toList();
    }

    /**
     * Puts dead entries back, the oldest first, as if they were new.
     *
     * @param count 1 to 1,000
     * @return how many were put back
     */
    public int redrive(int count) {
        if (count < 1 || count > 1_000) {
            throw new IllegalArgumentException("count is " + count + "; give 1 to 1,000");
        }
        return (int) keys.call(keys.redrive(count)).number();
    }

    /** Round trips: 2. */
    public QueueStats stats() {
        List<Command> commands = new ArrayList<>(List.of(
                QueueKeys.length("LLEN", keys.queue),
                QueueKeys.length("ZCARD", keys.later),
                QueueKeys.length("LLEN", keys.dead)));
        Reply consumers = keys.connection()
                .call(keys.consumers(MOST_CONSUMERS), keys.deadline())
                .orThrow(keys.where);
        consumers.items().stream()
                .map(Reply::text)
                .map(record -> record.startsWith("~") ? record.substring(1) : record)
                .distinct()
                .forEach(each -> commands.add(QueueKeys.length("LLEN", keys.taken(each))));
        List<Long> lengths = keys.connection().batch(commands, keys.deadline()).stream()
                .map(reply -> reply.orThrow(keys.where).number())
                .toList();
        long taken = lengths.subList(3, lengths.size()).stream()
                .mapToLong(Long::longValue)
                .sum();
        return new QueueStats(lengths.get(0), taken, lengths.get(1), lengths.get(2));
    }

    /** Gives back what was fetched and not handed out; what was handed out and not acknowledged is recovered by others. */
    @Override
    public void close() {
        consumer.close();
        takers.shutdown();
    }

    @Override
    public String toString() {
        return keys.where;
    }
}
