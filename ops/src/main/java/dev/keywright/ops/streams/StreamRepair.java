package dev.keywright.ops.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.Change;
import dev.keywright.ops.OpsException;
import dev.keywright.ops.keys.KeySearch;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the groups of one stream in order. Each deed can be looked at before it is done; when it is done the server checks once more what
 * it rests on. For trimming see {@link StreamTrim}.
 */
public final class StreamRepair implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Script DELETE = Script.beside(StreamRepair.class, "delete-consumers.lua");
    private static final int PAGE = 200;
    private static final int SHOWN = 20;

    private final Connection connection;
    private final AskedStream stream;

    private StreamRepair(Connection connection, AskedStream stream) {
        this.connection = connection;
        this.stream = stream;
    }

    /** @throws OpsException when there is no such stream */
    public static StreamRepair open(String uri, String key) {
        Connection connection = Connection.open(uri);
        try {
            return new StreamRepair(connection, AskedStream.named(connection, key));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * What is claimed.
     *
     * @param to who gets it
     * @param from whose it is; of all but {@code to} when empty
     * @param idle since how long it was touched by nobody, at least
     * @param most how many entries
     */
    public record Claim(String group, String to, Optional<String> from, Duration idle, int most) {}

    /**
     * Hands pending entries to another consumer. Their numbers of deliveries stay; they begin to be idle anew. Rights:
     * {@code +xpending +xclaim +xinfo}.
     */
    public Change claim(Claim claim, boolean apply) {
        byte[] group = stream.group(claim.group());
        List<Map<String, Reply>> consumers = stream.consumers(group);
        claim.from().ifPresent(from -> checkIsThere(claim.group(), from, consumers));
        List<List<Reply>> entries = claimable(group, claim);
        List<String> notes = new ArrayList<>();
        if (consumers.stream()
                .noneMatch(fields -> AskedStream.text(fields, "name").equals(claim.to()))) {
            notes.add("There is no consumer " + claim.to()
                    + " in the group yet; it is made. Let it be one that reads its own pending entries.");
        }
        notes.add(
                "Whoever has the entries now may still be working on them; it is safe when handlers can be repeated.");
        List<String> details = entries.stream()
                .limit(SHOWN)
                .map(entry -> String.format(
                        Locale.ROOT,
                        "%s of %s, idle %,.1f s, deliveries %d",
                        entry.get(0).text(),
                        KeySearch.shown(entry.get(1).bytes()),
                        entry.get(2).number() / 1e3,
                        entry.get(3).number()))
                .toList();
        long done = 0;
        if (apply) {
            for (int from = 0; from < entries.size(); from += PAGE) {
                done += claim(group, claim, entries.subList(from, Math.min(entries.size(), from + PAGE)));
            }
            if (done < entries.size()) {
                notes.add((entries.size() - done)
                        + " were acknowledged, taken by somebody, or are not in the stream any more.");
            }
        }
        return new Change(
                "claim",
                stream.shown + ", group " + claim.group() + ", for " + claim.to(),
                entries.size(),
                entries.size() < claim.most(),
                apply,
                done,
                details,
                notes);
    }

    private void checkIsThere(String group, String consumer, List<Map<String, Reply>> consumers) {
        List<String> names = consumers.stream()
                .map(fields -> AskedStream.text(fields, "name"))
                .toList();
        if (!names.contains(consumer)) {
            throw new OpsException("The group " + group + " of " + stream.shown + " has no consumer " + consumer
                    + (names.isEmpty() ? "" : ", but " + String.join(", ", names)) + ". Name one that is there.");
        }
    }

    private List<List<Reply>> claimable(byte[] group, Claim claim) {
        List<List<Reply>> entries = new ArrayList<>();
        String from = "-";
        List<Reply> page;
        do {
            page = stream.pending(group, claim.idle(), from, PAGE, claim.from());
            for (Reply entry : page) {
                boolean isOwn = KeySearch.shown(entry.items().get(1).bytes()).equals(claim.to());
                if (!isOwn && entries.size() < claim.most()) {
                    entries.add(entry.items());
                }
                from = Id.of(entry.items().get(0).text()).next().toString();
            }
        } while (page.size() == PAGE && entries.size() < claim.most());
        return entries;
    }

    private long claim(byte[] group, Claim claim, List<List<Reply>> entries) {
        Command.Builder command = Command.named("XCLAIM")
                .key(stream.key)
                .argument(group)
                .argument(claim.to())
                .argument(claim.idle().toMillis());
        entries.forEach(entry -> command.argument(entry.get(0).bytes()));
        return stream.ask(command.argument("JUSTID").build()).items().size();
    }

    /**
     * Deletes consumers that asked for nothing for so long and have nothing pending. Who has something pending stays: deleting it would
     * lose that. Rights: {@code +evalsha +eval +xinfo +xgroup}.
     */
    public Change deleteConsumers(String group, Duration idle, boolean apply) {
        byte[] name = stream.group(group);
        List<Map<String, Reply>> dead = stream.consumers(name).stream()
                .filter(fields -> AskedStream.number(fields, "idle") >= idle.toMillis())
                .toList();
        List<Map<String, Reply>> free = dead.stream()
                .filter(fields -> AskedStream.number(fields, "pending") == 0)
                .toList();
        List<String> notes = dead.stream()
                .filter(fields -> AskedStream.number(fields, "pending") > 0)
                .limit(SHOWN)
                .map(fields -> AskedStream.text(fields, "name") + " stays: " + AskedStream.number(fields, "pending")
                        + " entries are pending with it and would be lost. Claim them first.")
                .toList();
        long done = 0;
        if (apply && !free.isEmpty()) {
            done = DELETE.with(stream.key, name, Long.toString(idle.toMillis()).getBytes(US_ASCII))
                    .repeatable()
                    .call(connection, PATIENCE)
                    .orThrow("delete consumers of " + stream.shown)
                    .items()
                    .size();
        }
        return new Change(
                "delete-consumers",
                stream.shown + ", group " + group,
                free.size(),
                true,
                apply,
                done,
                free.stream()
                        .limit(SHOWN)
                        .map(fields -> String.format(
                                Locale.ROOT,
                                "%s, idle %,.1f s",
                                AskedStream.text(fields, "name"),
                                AskedStream.number(fields, "idle") / 1e3))
                        .toList(),
                notes);
    }

    /** Removes the oldest entries. */
    public Change trim(StreamTrim.Wish wish, boolean apply) {
        return new StreamTrim(stream, wish).run(apply);
    }

    @Override
    public void close() {
        connection.close();
    }
}
