package dev.keywright.ops.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.CommandTable;
import dev.keywright.ops.wire.MonitorLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides which recorded commands are played, and puts their keys and channels under a prefix. Immutable. */
final class Rewriter {

    private static final Set<String> TRANSACTIONS = Set.of("MULTI", "EXEC", "DISCARD", "WATCH", "UNWATCH");

    private final CommandTable table;
    private final byte[] prefix;
    private final boolean cluster;

    /**
     * @param prefix empty for keys as they were recorded
     */
    Rewriter(CommandTable table, String prefix, boolean cluster) {
        this.table = table;
        this.prefix = prefix.getBytes(UTF_8);
        this.cluster = cluster;
    }

    /** Why the command is left out; empty when it is played. */
    Optional<String> refusal(MonitorLine line) {
        List<String> words =
                line.words().stream().map(word -> new String(word, UTF_8)).toList();
        if (line.ofScript()) {
            return Optional.of("a script ran it and will again");
        }
        Optional<String> dangerous = Dangerous.why(words);
        if (dangerous.isPresent()) {
            return dangerous;
        }
        if (line.words().stream().anyMatch(word -> Arrays.equals(word, "(redacted)".getBytes(UTF_8)))) {
            return Optional.of("MONITOR hid its arguments");
        }
        if (cluster && TRANSACTIONS.contains(line.command())) {
            return Optional.of("a transaction needs one server of the Cluster");
        }
        if (prefix.length > 0 && !table.tellsKeys(line.words())) {
            return Optional.of("its keys cannot be told");
        }
        return waits(line) ? Optional.of("it waits") : Optional.empty();
    }

    private static boolean waits(MonitorLine line) {
        return line.command().startsWith("XREAD")
                && line.words().stream().anyMatch(word -> new String(word, UTF_8).equalsIgnoreCase("BLOCK"));
    }

    /** The command as it is played. */
    Player.Step step(MonitorLine line, long dueNanos) {
        List<byte[]> words = new ArrayList<>(line.words());
        int[] keys = table.keys(words);
        for (int place : keys) {
            words.set(place, underPrefix(words.get(place)));
        }
        if (line.command().equals("PUBLISH") && words.size() > 1) {
            words.set(1, underPrefix(words.get(1)));
        }
        Optional<byte[]> key = keys.length > 0 ? Optional.of(words.get(keys[0])) : Optional.empty();
        return new Player.Step(line.command(), words, key, line.database(), dueNanos);
    }

    /** Keys that are there after the command, perhaps. */
    List<byte[]> written(Player.Step step) {
        return table.writes(step.words())
                ? Arrays.stream(table.keys(step.words()))
                        .mapToObj(step.words()::get)
                        .toList()
                : List.of();
    }

    private byte[] underPrefix(byte[] name) {
        byte[] whole = Arrays.copyOf(prefix, prefix.length + name.length);
        System.arraycopy(name, 0, whole, prefix.length, name.length);
        return whole;
    }
}
