package dev.keywright.ops.streams;

import dev.keywright.connection.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stream at one time.
 *
 * @param nowMillis by the server, 0 when it does not tell
 * @param atNanos by the clock of this process
 */
record StreamLook(
        AskedStream stream, long nowMillis, long atNanos, Map<String, Reply> info, List<Map<String, Reply>> groups) {

    static StreamLook at(AskedStream stream) {
        return new StreamLook(stream, stream.nowMillis(), System.nanoTime(), stream.info(), stream.groups());
    }

    long length() {
        return AskedStream.number(info, "length");
    }

    Optional<Long> added() {
        return AskedStream.maybe(info, "entries-added");
    }

    Optional<Id> firstId() {
        return AskedStream.entry(info, "first-entry");
    }

    Optional<Id> lastId() {
        return AskedStream.entry(info, "last-entry");
    }

    /** Redis 7.0 counts what was trimmed before a group got it, too; that is no lag. */
    Optional<Long> lag(Map<String, Reply> group) {
        Id last = Id.of(AskedStream.text(group, "last-delivered-id"));
        Id newest = Id.of(AskedStream.text(info, "last-generated-id"));
        if (length() == 0 || !last.isBefore(newest)) {
            return Optional.of(0L);
        }
        if (firstId().isPresent() && last.isBefore(firstId().get())) {
            return Optional.of(length());
        }
        return AskedStream.maybe(group, "lag");
    }

    /** Entries that were added, that are there no more, and that the group was never given. */
    long unreadLost(Map<String, Reply> group) {
        Id last = Id.of(AskedStream.text(group, "last-delivered-id"));
        Optional<Long> read = AskedStream.maybe(group, "entries-read");
        boolean isBehindAll =
                firstId().map(last::isBefore).orElse(last.isBefore(Id.of(AskedStream.text(info, "last-generated-id"))));
        return isBehindAll && read.isPresent() && added().isPresent()
                ? Math.max(0, added().get() - length() - read.get())
                : 0;
    }

    Optional<Double> perSecond(StreamLook later) {
        return added().flatMap(before -> later.added().map(after -> rate(later, after - before)));
    }

    Optional<Double> lagPerSecond(StreamLook later, String group) {
        return lagOf(group).flatMap(before -> later.lagOf(group).map(after -> rate(later, after - before)));
    }

    private Optional<Long> lagOf(String group) {
        return groups.stream()
                .filter(fields -> AskedStream.text(fields, "name").equals(group))
                .findFirst()
                .flatMap(this::lag);
    }

    private double rate(StreamLook later, long more) {
        return Math.round(more * 1e10 / Math.max(1, later.atNanos - atNanos)) / 10.0;
    }
}
