package dev.keywright.ops.streams;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.Finding;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.Severity;
import dev.keywright.ops.keys.KeySearch;
import dev.keywright.ops.streams.StreamReport.Group;
import dev.keywright.ops.streams.StreamReport.OfStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at streams and their groups: standalone, under Sentinel or in a Cluster, whoever made them. Changes nothing.
 * <ul>
 *   <li>Commands: SCAN to find them; for each stream XINFO STREAM, XINFO GROUPS twice, TIME, MEMORY USAGE of 10 samples; for each group
 *       XINFO CONSUMERS and, where entries are pending, XPENDING twice.
 *   <li>No entry's fields are kept. XINFO STREAM answers the first and the last entry whole.
 *   <li>Rights: {@code +scan +type +xinfo +xpending}, and {@code +memory|usage +time} for what they tell.
 * </ul>
 */
public final class Streams {

    private static final int MOST_STUCK = 1_000;
    private static final int SAMPLES = 10;

    private final Connection connection;
    private final StreamOptions options;
    private final Set<String> notes = new LinkedHashSet<>();

    private Streams(Connection connection, StreamOptions options) {
        this.connection = connection;
        this.options = options;
    }

    /**
     * @param key of one stream, or empty for all that are found
     * @throws OpsException when there is no such stream, or the user may not look at it
     */
    public static StreamReport look(
            String uri, Optional<String> key, StreamOptions options, java.util.function.Consumer<String> progress) {
        try (Connection connection = Connection.open(uri)) {
            Streams look = new Streams(connection, options);
            if (key.isPresent()) {
                return look.report(List.of(AskedStream.named(connection, key.get())), true);
            }
            KeySearch.Found found = KeySearch.look(connection, "*", "stream", options.mostKeys(), progress);
            if (!found.complete()) {
                look.notes.add("Not all keys were looked at, so streams may be missing. Name one, or look at more.");
            }
            progress.accept("looking at " + found.keys().size() + " streams");
            return look.report(look.longest(found.keys()), found.complete());
        }
    }

    private List<AskedStream> longest(List<byte[]> keys) {
        record Measured(AskedStream stream, long length) {}
        List<Measured> all = new ArrayList<>();
        for (byte[] key : keys) {
            AskedStream stream = new AskedStream(connection, key);
            stream.tryTo(Command.named("XLEN").key(key).buildRepeatable())
                    .ifPresentOrElse(
                            length -> all.add(new Measured(stream, length.number())),
                            () -> notes.add(stream.shown + " was left out: XLEN was refused."));
        }
        if (all.size() > options.mostStreams()) {
            notes.add("Only the " + options.mostStreams() + " longest of " + all.size() + " streams are told.");
        }
        return all.stream()
                .sorted(Comparator.comparingLong(Measured::length).reversed())
                .limit(options.mostStreams())
                .map(Measured::stream)
                .toList();
    }

    private StreamReport report(List<AskedStream> asked, boolean complete) {
        List<StreamLook> first = new ArrayList<>();
        for (AskedStream stream : asked) {
            try {
                first.add(StreamLook.at(stream));
            } catch (OpsException e) {
                if (asked.size() == 1) {
                    throw e;
                }
                notes.add(String.valueOf(e.getMessage()));
            }
        }
        rest(options.between());
        List<OfStream> streams =
                first.stream().flatMap(look -> told(look).stream()).toList();
        List<Finding> findings = streams.stream()
                .flatMap(stream -> StreamRules.of(stream, options.deadAfter()).stream())
                .sorted(Comparator.comparing(Finding::severity, Comparator.<Severity>reverseOrder()))
                .toList();
        return new StreamReport(connection.toString(), streams, complete, findings, List.copyOf(notes));
    }

    private boolean isTwice() {
        return !options.between().isZero();
    }

    private static void rest(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    /** Empty when the stream has gone since. */
    private Optional<OfStream> told(StreamLook first) {
        AskedStream stream = first.stream();
        StreamLook second;
        try {
            second = isTwice() ? StreamLook.at(stream) : first;
        } catch (OpsException gone) {
            notes.add(String.valueOf(gone.getMessage()));
            return Optional.empty();
        }
        long now = second.nowMillis();
        List<Group> groups = new ArrayList<>();
        for (Map<String, Reply> group : second.groups()) {
            groups.add(group(stream, first, second, group));
        }
        Optional<Long> memory = stream.tryTo(Command.named("MEMORY")
                        .argument("USAGE")
                        .key(stream.key)
                        .argument("SAMPLES")
                        .argument(SAMPLES)
                        .buildRepeatable())
                .filter(reply -> !reply.isNothing())
                .map(Reply::number);
        if (memory.isEmpty()) {
            notes.add("MEMORY USAGE was refused, so memory is not told. Allow +memory|usage.");
        }
        if (now == 0) {
            notes.add("TIME was refused, so ages are not told. Allow +time.");
        }
        return Optional.of(new OfStream(
                stream.shown,
                second.length(),
                second.added(),
                second.firstId().map(Id::toString),
                second.firstId().flatMap(id -> id.ageSeconds(now)),
                second.lastId().map(Id::toString),
                second.lastId().flatMap(id -> id.ageSeconds(now)),
                memory,
                isTwice() ? first.perSecond(second) : Optional.empty(),
                groups));
    }

    private Group group(AskedStream stream, StreamLook first, StreamLook second, Map<String, Reply> group) {
        byte[] name = AskedStream.name(group);
        String shown = KeySearch.shown(name);
        long pending = AskedStream.number(group, "pending");
        List<Reply> summary = pending == 0 ? List.of() : stream.pending(name);
        Optional<Id> oldest = summary.isEmpty() || summary.get(1).isNothing()
                ? Optional.empty()
                : Optional.of(Id.of(summary.get(1).text()));
        List<Reply> stuck = oldest.isEmpty()
                ? List.of()
                : stream.pending(name, options.deadAfter(), "-", MOST_STUCK, Optional.empty());
        double dead = options.deadAfter().toMillis() / 1e3;
        List<StreamReport.Consumer> consumers = stream.consumers(name).stream()
                .map(fields -> new StreamReport.Consumer(
                        AskedStream.text(fields, "name"),
                        AskedStream.number(fields, "pending"),
                        AskedStream.number(fields, "idle") / 1e3,
                        AskedStream.number(fields, "idle") / 1e3 >= dead))
                .sorted(Comparator.comparingLong(StreamReport.Consumer::pending).reversed())
                .toList();
        return new Group(
                shown,
                second.lag(group),
                isTwice() ? first.lagPerSecond(second, shown) : Optional.empty(),
                second.unreadLost(group),
                AskedStream.text(group, "last-delivered-id"),
                pending,
                oldest.map(Id::toString),
                oldest.flatMap(id -> id.ageSeconds(second.nowMillis())),
                stuck.size(),
                stuck.size() < MOST_STUCK,
                stuck.stream()
                        .mapToLong(entry -> entry.items().get(3).number())
                        .max()
                        .orElse(0),
                consumers);
    }
}
