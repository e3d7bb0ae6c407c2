package dev.keywright.counter;

import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Needs;
import dev.keywright.connection.Reply;
import dev.keywright.script.Script;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * How often things happened: per subject, by minute, hour and day, and by the values of dimensions. Counts are summed up in this process
 * and written in batches, or at once where that is asked for.
 *
 * <pre>{@code
 * EventCounters views = kw.counters("views");
 * views.count("home");                                       // in memory; written within a second
 * List<Bucket> hours = views.buckets("home", Granularity.HOUR, yesterday, now);
 * }</pre>
 *
 * <ul>
 *   <li>Exact: minute, hour and day of an event are raised together or not at all, so their sums agree. Whole numbers of 64 bits.
 *   <li>{@code count} sends nothing: it adds to a sum in memory. All sums are written every {@link CounterOptions#flushEvery()}, by
 *       {@link #flush()} and by {@link #close()}, which loses nothing. <b>A crash of this process loses what was counted since the last
 *       flush came through</b>; so much and no more, and nothing is counted twice: a batch has a number, which the server remembers with it.
 *   <li>{@code add} is 1 EVALSHA, 1 round trip; with an id it counts once, however often it is called within a day.
 *   <li>Reading: HGETALL of each hash with buckets in the range, in one flush: one for each hour of minutes, day of hours, year of days,
 *       and for each bucket of a dimension. What waits in this process is not in it.
 *   <li>Time: of the event, or the clock of this process. Hours and days are those of {@link CounterOptions#zone()}; see
 *       {@link Granularity} for summer time. What comes when its bucket is beyond its retention is not kept.
 *   <li>Dimensions: in each bucket so many values as its cap says have a count of their own, those that came first; what comes later is
 *       in {@link Breakdown#other()}. Subjects are not capped.
 *   <li>Threads: any number; one daemon thread writes, from the first {@code count} on.
 * </ul>
 */
public final class EventCounters implements AutoCloseable {

    public static final Needs NEEDS = Needs.of(
                    List.of(
                            "EVALSHA",
                            "EVAL",
                            "GET",
                            "SET",
                            "TYPE",
                            "HINCRBY",
                            "HDEL",
                            "HEXISTS",
                            "HLEN",
                            "HGETALL",
                            "PEXPIREAT"),
                    List.of("count:*"))
            .thatLast();

    private static final Duration IDS_REMEMBERED = Duration.ofDays(1);

    private final Connection connection;
    private final CounterOptions options;
    private final InstantSource clock;
    private final Duration deadline;
    private final CounterKeys keys;
    private final Ranges ranges;
    private final Outbox outbox;
    private final Flusher flusher;
    private final String where;
    private volatile boolean closed;

    /** Users call {@code Keywright.counters}. */
    public EventCounters(Connection connection, String name, CounterOptions options) {
        this(connection, name, options, InstantSource.system());
    }

    EventCounters(Connection connection, String name, CounterOptions options, InstantSource clock) {
        this.connection = connection;
        this.options = options;
        this.clock = clock;
        this.where = "counters " + name;
        this.deadline = options.deadline().orElse(connection.options().timeout());
        this.keys = new CounterKeys(name, options);
        this.ranges = new Ranges(keys, options, where);
        this.outbox = new Outbox(connection, keys, options, deadline, where);
        this.flusher = new Flusher(outbox, options.flushEvery(), connection::isClosed);
    }

    // --- summed up here

    /** One event, now. */
    public void count(String subject) {
        count(subject, 1, clock.instant(), Map.of());
    }

    /** So many events, now. */
    public void count(String subject, long amount) {
        count(subject, amount, clock.instant(), Map.of());
    }

    /** One event, now, with values of dimensions. */
    public void count(String subject, Map<String, String> dimensions) {
        count(subject, 1, clock.instant(), dimensions);
    }

    /**
     * Adds to the sums of this process. Takes no round trip and waits for nothing.
     *
     * @param subject any but empty
     * @param amount -(2^53 - 1) to 2^53 - 1
     * @param at decides the buckets; from 1970 on
     * @param dimensions values of those that the options name; a dimension may be left out
     * @throws KeywrightException.Unavailable when {@link CounterOptions#mostWaiting()} sums wait already, as Redis is away; nothing was
     *     counted
     * @throws IllegalStateException when this, or the connection, is closed
     */
    public void count(String subject, long amount, Instant at, Map<String, String> dimensions) {
        Cell cell = cell(subject, amount, at, dimensions);
        requireOpen();
        if (!outbox.add(cell, amount)) {
            if (outbox.stats().problem().isEmpty()) { // else it is only refused again, call after call
                flusher.hurry();
            }
            throw new KeywrightException.Unavailable(
                    options.mostWaiting() + " sums wait already, as Redis is away or slow (" + where
                            + "). Nothing was counted. Try again later, or let more wait.",
                    false);
        }
        flusher.start();
        if (closed) { // it came while close() was at its end, and may have been missed
            outbox.flush();
        }
    }

    private void requireOpen() {
        if (closed || connection.isClosed()) {
            throw new IllegalStateException("It is closed (" + where + ")");
        }
    }

    private Cell cell(String subject, long amount, Instant at, Map<String, String> dimensions) {
        if (subject.isEmpty()) {
            throw new IllegalArgumentException("The subject is empty; give what is counted, such as a page");
        }
        if (amount > Cell.MOST || amount < -Cell.MOST) {
            throw new IllegalArgumentException("The amount is " + amount + "; give -(2^53 - 1) to 2^53 - 1");
        }
        Calendar.check(at);
        for (String dimension : dimensions.keySet()) {
            ranges.requireDimension(dimension);
        }
        return new Cell(subject, Math.floorDiv(at.getEpochSecond(), 60), Map.copyOf(dimensions));
    }

    /**
     * Writes all that was counted in this process before, and waits for it.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; nothing is lost, and it is tried again
     * @throws KeywrightException.Misused when counts were refused and are lost, such as those of a subject where a key of another type is in
     *     the way; see {@link CounterStats#lost()}
     */
    public void flush() {
        outbox.flush();
    }

    /** What waits in this process, what was written and what was lost; asks no server. */
    public CounterStats stats() {
        return outbox.stats();
    }

    /** Whether {@link #close()} was called. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Writes what waits, and ends. While Redis is away it is tried again for ten seconds or five deadlines, whichever is longer.
     *
     * @throws KeywrightException.Unavailable when that was not enough; {@link #flush()} may be called until it is, as long as the
     *     {@code Keywright} is open
     * @throws KeywrightException.Misused when counts were refused and are lost
     */
    @Override
    public void close() {
        closed = true;
        flusher.close();
        long start = System.nanoTime();
        long patience = Math.max(TimeUnit.SECONDS.toNanos(10), 5 * deadline.toNanos());
        KeywrightException.Misused refused = null;
        while (true) {
            try {
                outbox.flush();
                break;
            } catch (KeywrightException.Misused e) { // others may only wait
                refused = e;
                if (outbox.waiting() == 0) {
                    break;
                }
            } catch (KeywrightException.Unavailable away) {
                if (System.nanoTime() - start > patience || !pause()) {
                    throw away;
                }
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // --- written at once

    /**
     * Writes one event, or several that are alike, now.
     *
     * @throws KeywrightException.Unavailable when Redis did not answer; when it says that the outcome is unknown it may have been counted,
     *     and is not sent again
     * @throws KeywrightException.Misused when a key of another type is in the way, or a count would be beyond 64 bits; nothing was counted
     */
    public void add(String subject, long amount, Instant at, Map<String, String> dimensions) {
        long unused = adding(subject, amount, at, dimensions)
                .call(connection, deadline)
                .orThrow(where)
                .number();
    }

    public CompletionStage<Void> addAsync(String subject, long amount, Instant at, Map<String, String> dimensions) {
        return adding(subject, amount, at, dimensions)
                .send(connection, deadline)
                .thenAccept(reply -> reply.orThrow(where));
    }

    private Script.Invocation adding(String subject, long amount, Instant at, Map<String, String> dimensions) {
        Cell cell = cell(subject, amount, at, dimensions);
        return keys.add(subject, Map.of(cell, amount), "b:", 0, IDS_REMEMBERED);
    }

    /**
     * As {@link #add}, once per subject and id within a day. It is sent again where no answer came, and may be called again.
     *
     * @param id of this event and no other, any but empty
     * @return true when it was counted by this call; false when it was before, be it by this call, sent again as the first answer was
     *     lost. It is counted either way
     */
    public boolean addOnce(String id, String subject, long amount, Instant at, Map<String, String> dimensions) {
        return isFirst(addingOnce(id, subject, amount, at, dimensions).call(connection, deadline));
    }

    public CompletionStage<Boolean> addOnceAsync(
            String id, String subject, long amount, Instant at, Map<String, String> dimensions) {
        return addingOnce(id, subject, amount, at, dimensions)
                .send(connection, deadline)
                .thenApply(this::isFirst);
    }

    private Script.Invocation addingOnce(
            String id, String subject, long amount, Instant at, Map<String, String> dimensions) {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("The id is empty; give that of the event");
        }
        Cell cell = cell(subject, amount, at, dimensions);
        return keys.add(subject, Map.of(cell, amount), "b:" + id, 1, IDS_REMEMBERED);
    }

    private boolean isFirst(Reply reply) {
        return reply.orThrow(where).number() == 1;
    }

    // --- reading

    /**
     * All buckets that have an instant in the range, in order, also empty ones.
     *
     * @param from the first instant
     * @param to the first instant after the range; at most 1,000 hashes: 41 days of minutes, 1,000 days of hours
     * @throws IllegalArgumentException when it is longer, or the options keep no such buckets
     */
    public List<Bucket> buckets(String subject, Granularity by, Instant from, Instant to) {
        Ranges.Question question = ranges.buckets(subject, by, from, to);
        return ranges.read(question, connection.batch(question.commands(), deadline));
    }

    public CompletionStage<List<Bucket>> bucketsAsync(String subject, Granularity by, Instant from, Instant to) {
        Ranges.Question question = ranges.buckets(subject, by, from, to);
        return all(question.commands()).thenApply(replies -> ranges.read(question, replies));
    }

    /** The sum of {@link #buckets}: of whole buckets, also at the ends. */
    public long sum(String subject, Granularity by, Instant from, Instant to) {
        return Ranges.sum(buckets(subject, by, from, to));
    }

    public CompletionStage<Long> sumAsync(String subject, Granularity by, Instant from, Instant to) {
        return bucketsAsync(subject, by, from, to).thenApply(Ranges::sum);
    }

    /**
     * What was counted for each value of a dimension, over all buckets that have an instant in the range.
     *
     * @param by hours or days; at most 1,000 of them
     * @throws IllegalArgumentException when there are more, when it is by minute, or the options know no such dimension
     */
    public Breakdown breakdown(String subject, String dimension, Granularity by, Instant from, Instant to) {
        List<Command> commands = ranges.breakdown(subject, dimension, by, from, to);
        return ranges.readBreakdown(connection.batch(commands, deadline));
    }

    public CompletionStage<Breakdown> breakdownAsync(
            String subject, String dimension, Granularity by, Instant from, Instant to) {
        return all(ranges.breakdown(subject, dimension, by, from, to)).thenApply(ranges::readBreakdown);
    }

    private CompletionStage<List<Reply>> all(List<Command> commands) {
        List<CompletableFuture<Reply>> replies = commands.stream()
                .map(command -> connection.send(command, deadline).toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .thenApply(done -> replies.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public String toString() {
        return where;
    }
}
