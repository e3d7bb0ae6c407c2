package dev.keywright.stream;

import static dev.keywright.stream.StreamCommands.bytes;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Holding;
import dev.keywright.lease.Lessee;
import dev.keywright.lease.Wish;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Handles the events of those parts of a stream that are this process's share. Each second it looks how many work for the group, gives up what
 * it has too much, after its handlers are done, and takes what is free. Whoever has a part does so under the same consumer's name, so that
 * it takes up at once what the one before it left.
 */
public final class PartitionedWorker<T> implements AutoCloseable {

    private static final Script MEMBERS = Script.beside(PartitionedWorker.class, "members.lua");
    private static final String CONSUMER = "owner";
    private static final Duration LONGEST_LEASE = Duration.ofSeconds(10);
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final Duration FIRST_STEP = Duration.ofMillis(10);

    private record Part<T>(Holding holding, StreamWorker<T> worker) {}

    private final Lessee lessee;
    private final StreamCommands stream;
    private final List<StreamCommands> parts;
    private final Codec<T> codec;
    private final String group;
    private final WorkerOptions options;
    private final EventHandler<T> handler;
    private final Duration lease;
    private final byte[] members;
    private final String me = Consumers.newName();
    private final Map<Integer, Part<T>> mine = new ConcurrentHashMap<>();
    private final WorkTally tally = new WorkTally();
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(1, Work.daemons("keywright-stream-parts"));
    private volatile boolean closed;

    PartitionedWorker(
            Lessee lessee,
            StreamCommands stream,
            List<StreamCommands> parts,
            Codec<T> codec,
            String group,
            WorkerOptions options,
            EventHandler<T> handler) {
        this.lessee = lessee;
        this.stream = stream;
        this.parts = parts;
        this.codec = codec;
        this.group = group;
        this.options = options.withConsumer(CONSUMER).withKeyOrder();
        this.handler = handler;
        this.lease = options.idle().compareTo(LONGEST_LEASE) < 0 ? options.idle() : LONGEST_LEASE;
        this.members = stream.membersKey(group);
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(this::step, FIRST_STEP.toMillis(), STEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The parts it has now. */
    public Set<Integer> parts() {
        return new TreeSet<>(mine.keySet());
    }

    /** How many events were handled on the parts it has now. */
    public long handled() {
        return mine.values().stream()
                .mapToLong(part -> part.worker().stats().handled())
                .sum();
    }

    /** What went wrong last, until something goes right; empty when all is well. */
    public Optional<String> problem() {
        return tally.stats(0)
                .problem()
                .or(() -> mine.values().stream()
                        .flatMap(part -> part.worker().stats().problem().stream())
                        .findFirst());
    }

    private void step() {
        if (stream.connection.isClosed()) {
            clock.shutdown(); // the worker of each part ends by itself
            return;
        }
        try {
            share(others(STEP.multipliedBy(5)));
            tally.keeping(null);
        } catch (RuntimeException e) { // the next step may go better
            tally.keeping(e);
        }
    }

    /** All who work for the group, in an order that is the same for all. */
    private List<String> others(Duration patience) {
        List<String> others = new ArrayList<>();
        stream.ask(MEMBERS.with(members, bytes(me), bytes(patience.toMillis())).repeatable(), "members")
                .items()
                .forEach(each -> others.add(each.text()));
        others.sort(null);
        return others;
    }

    private void share(List<String> others) {
        int rest = others.indexOf(me) < parts.size() % others.size() ? 1 : 0;
        int share = parts.size() / others.size() + rest;
        giveUp(mine.keySet().stream().limit(Math.max(0, mine.size() - share)).toList());
        int start = ThreadLocalRandom.current().nextInt(parts.size());
        for (int i = 0; i < parts.size() && mine.size() < share && !closed; i++) {
            take((start + i) % parts.size());
        }
    }

    private void take(int number) {
        if (mine.containsKey(number)) {
            return;
        }
        StreamCommands part = parts.get(number);
        Ownership ownership = new Ownership(part, group, lessee.newOwner(), lease);
        new Wish<>(lessee, ownership, Duration.ZERO).await().ifPresent(holding -> {
            StreamWorker<T> worker = worker(part, holding);
            Part<T> taken = new Part<>(holding, worker);
            mine.put(number, taken);
            CompletionStage<Void> unused = holding.lost().thenAccept(why -> {
                boolean unusedAnswer = mine.remove(number, taken);
                worker.abandon();
            });
            if (closed) { // meanwhile
                giveUp(number);
            }
        });
    }

    private StreamWorker<T> worker(StreamCommands part, Holding holding) {
        try {
            return new StreamWorker<>(
                    part, codec, group, options, events -> handler.handle(events.get(0)), 1, holding::isHeld);
        } catch (RuntimeException e) {
            boolean unused = holding.release();
            throw e;
        }
    }

    /** All at once, so that the handlers of one do not keep the others waiting. */
    private void giveUp(Collection<Integer> numbers) {
        CompletableFuture.allOf(numbers.stream()
                        .map(number -> CompletableFuture.runAsync(() -> giveUp(number), lessee.executor()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private void giveUp(int number) {
        Part<T> part = mine.remove(number);
        if (part == null) {
            return;
        }
        try {
            part.worker().close();
            part.holding().close();
        } catch (KeywrightException e) {
            tally.keeping(e); // its lease ends by itself
        }
    }

    /** As {@link StreamWorker#close()}, for all parts; others take them at once. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        clock.shutdown();
        try {
            boolean unused = clock.awaitTermination(
                    options.grace().plus(stream.deadline).multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) { // what is taken meanwhile is given up by who takes it
            Thread.currentThread().interrupt();
        }
        giveUp(parts());
        CompletionStage<Reply> unused =
                MEMBERS.with(members, bytes(me), bytes(0)).repeatable().send(stream.connection, stream.deadline);
    }
}
