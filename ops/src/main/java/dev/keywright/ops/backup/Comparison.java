package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.rdb.Entry;
import dev.keywright.ops.rdb.RdbKeys;
import dev.keywright.ops.wire.Answer;
import dev.keywright.ops.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares keys of a set with those of the target, and the moment each expires. First the payload with what DUMP answers, which is
 * equal for most; where it is not, because servers keep sets and hashes in an order of their own and compress as they like, the
 * values themselves: those of the set in a private server.
 * <ul>
 *   <li>Streams: by value their entries, last id, groups and pending entries; not when a consumer was last seen.
 *   <li>TTLs of single fields of hashes are seen in equal payloads alone; {@link #notes} says how many were not.
 *   <li>Keys whose time is over are left out.
 * </ul>
 */
final class Comparison implements RdbKeys.Visitor, Pipeline.Exchange, AutoCloseable {

    private static final int MOST_UNLIKE = 1_000;
    private static final long MOST_UNLIKE_BYTES = 4L << 20;
    private static final int MOST_NAMED = 20;
    /** By so much clocks may differ. */
    private static final long CLOCKS = Duration.ofMinutes(1).toMillis();
    /** Version and checksum end a payload. */
    private static final int FOOTER_BYTES = Short.BYTES + Long.BYTES;

    /** A key whose payloads differ. */
    private record Unlike(Entry entry, boolean sameTime) {}

    private final Target to;
    private final long every;
    private final Pipeline pipeline;
    private final List<Unlike> unlike = new ArrayList<>();
    private final List<String> differing = new ArrayList<>();
    private long unlikeBytes;
    private @Nullable PrivateServer scratch;
    private long seen;
    private long compared;
    private long different;
    private long unread;
    private long fieldTtls;

    /** @param every 1 to compare all keys, n to compare every nth */
    Comparison(Target to, long every) {
        this.to = to;
        this.every = every;
        this.pipeline = new Pipeline(to, this);
    }

    long compared() {
        return compared;
    }

    /** Names of keys that differ, the first 20. */
    List<String> differing() {
        return List.copyOf(differing);
    }

    /** What is not as it should be or was not looked at. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (different > 0) {
            notes.add(different + " keys are not as in the set: written to meanwhile, or lost");
        }
        if (unread > 0) {
            notes.add(unread + " keys could not be compared by value: " + PrivateServer.name()
                    + " does not read them; name a newer server with KEYWRIGHT_SERVER");
        }
        if (fieldTtls > 0) {
            notes.add("The TTLs of the fields of " + fieldTtls + " hashes were not compared");
        }
        return notes;
    }

    @Override
    public void key(Entry entry) throws IOException {
        if (seen++ % every == 0 && !entry.isOver(System.currentTimeMillis())) {
            pipeline.send(entry);
        }
    }

    /** Returns when all keys have been compared. */
    void finish() throws IOException {
        pipeline.finish();
    }

    @Override
    public int questions() {
        return 2;
    }

    @Override
    public void ask(Wire wire, Entry entry) throws IOException {
        wire.send("PEXPIRETIME", entry.key());
        wire.send("DUMP", entry.key());
    }

    @Override
    public void answered(List<Answer> answers, Owner owner, Entry entry) {
        Answer expiry = answers.get(0);
        Answer dumped = Wire.orThrow(answers.get(1));
        if (!(dumped instanceof Answer.Bulk there)) {
            if (!entry.isOver(System.currentTimeMillis() + CLOCKS)) {
                count(entry, false);
            }
        } else if (sameTime(entry, expiry) && samePayload(entry.payload(), there.bytes())) {
            compared++;
        } else {
            unlike.add(new Unlike(entry, sameTime(entry, expiry)));
            unlikeBytes += entry.payload().length;
        }
    }

    /** Servers before 7.0 do not know PEXPIRETIME. */
    private static boolean sameTime(Entry entry, Answer there) {
        return there instanceof Answer.Failed || there.text().equals(Long.toString(entry.expiresAt()));
    }

    private static boolean samePayload(byte[] a, byte[] b) {
        return Arrays.equals(a, 0, a.length - FOOTER_BYTES, b, 0, b.length - FOOTER_BYTES);
    }

    private void count(Entry entry, boolean equal) {
        compared++;
        if (!equal) {
            different++;
            if (differing.size() < MOST_NAMED) {
                differing.add(new String(entry.key(), UTF_8));
            }
        }
    }

    // --- by value

    @Override
    public boolean isFull() {
        return unlike.size() >= MOST_UNLIKE || unlikeBytes >= MOST_UNLIKE_BYTES;
    }

    @Override
    public void settle() throws IOException {
        if (!unlike.isEmpty()) {
            values(scratch(), readable(scratch()));
            scratch().ask("FLUSHALL");
            unlike.clear();
            unlikeBytes = 0;
        }
    }

    private Wire scratch() throws IOException {
        if (scratch == null) {
            scratch = PrivateServer.empty();
        }
        return scratch.wire();
    }

    /** Puts the set's keys into the private server; those it takes. */
    private List<Unlike> readable(Wire here) throws IOException {
        for (Unlike each : unlike) {
            here.begin(4);
            here.word("RESTORE");
            here.word(each.entry().key());
            here.word("0");
            here.word(each.entry().payload());
        }
        here.flush();
        List<Unlike> readable = new ArrayList<>();
        for (Unlike each : unlike) {
            if (here.read() instanceof Answer.Failed) {
                unread++;
            } else {
                readable.add(each);
            }
        }
        return readable;
    }

    private void values(Wire here, List<Unlike> keys) throws IOException {
        List<Wire> there = new ArrayList<>();
        for (Unlike each : keys) {
            there.add(to.owner(each.entry().key()).wire());
            here.send("TYPE", each.entry().key());
        }
        here.flush();
        List<String> types = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            types.add(here.read().text());
        }
        for (int i = 0; i < keys.size(); i++) {
            askValue(here, types.get(i), keys.get(i).entry().key());
            askValue(there.get(i), types.get(i), keys.get(i).entry().key());
        }
        here.flush();
        to.flush();
        for (int i = 0; i < keys.size(); i++) {
            Unlike each = keys.get(i);
            boolean equal =
                    value(here.read(), types.get(i)).equals(value(there.get(i).read(), types.get(i)));
            if (equal && each.entry().hasFieldTtls()) {
                fieldTtls++;
            }
            count(each.entry(), equal && each.sameTime());
        }
    }

    private static void askValue(Wire wire, String type, byte[] key) throws IOException {
        switch (type) {
            case "string" -> wire.send("GET", key);
            case "list" -> wire.send("LRANGE", key, "0", "-1");
            case "set" -> wire.send("SMEMBERS", key);
            case "zset" -> wire.send("ZRANGE", key, "0", "-1", "WITHSCORES");
            case "hash" -> wire.send("HGETALL", key);
            case "stream" -> {
                wire.begin(6);
                wire.word("XINFO");
                wire.word("STREAM");
                wire.word(key);
                wire.word("FULL");
                wire.word("COUNT");
                wire.word("0");
            }
            default -> wire.send("DUMP", key);
        }
    }

    /** The value as text that is equal for equal values, whatever order a server keeps them in. */
    private static List<String> value(Answer answer, String type) {
        return switch (type) {
            case "set" -> flat(answer).sorted().toList();
            case "hash" -> pairs(flat(answer).toList());
            case "stream" -> stream(answer);
            default -> flat(answer).toList();
        };
    }

    private static Stream<String> flat(Answer answer) {
        if (answer instanceof Answer.Many many) {
            return many.items().stream().flatMap(Comparison::flat);
        }
        return Stream.of(answer instanceof Answer.Bulk bulk ? new String(bulk.bytes(), ISO_8859_1) : answer.text());
    }

    private static List<String> pairs(List<String> flat) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            pairs.add(flat.get(i) + "\0" + flat.get(i + 1));
        }
        pairs.sort(null);
        return pairs;
    }

    /** What XINFO STREAM FULL says, but for how it is stored, what it reckons, and when consumers were seen. */
    private static List<String> stream(Answer answer) {
        if (!(answer instanceof Answer.Many)) {
            return List.of(answer.text());
        }
        Map<String, Answer> fields = fields(answer);
        List<String> value = new ArrayList<>();
        Stream.of("last-generated-id", "entries").forEach(name -> add(value, fields, name));
        for (Answer each : items(fields.get("groups"))) {
            Map<String, Answer> group = fields(each);
            Stream.of("name", "last-delivered-id", "pending").forEach(name -> add(value, group, name));
            items(group.get("consumers")).forEach(consumer -> add(value, fields(consumer), "name"));
        }
        return value;
    }

    private static void add(List<String> value, Map<String, Answer> fields, String name) {
        Answer field = fields.get(name);
        value.add(name);
        if (field != null) {
            flat(field).forEach(value::add);
        }
    }

    private static List<Answer> items(@Nullable Answer answer) {
        return answer instanceof Answer.Many many ? many.items() : List.of();
    }

    private static Map<String, Answer> fields(Answer answer) {
        List<Answer> flat = items(answer);
        Map<String, Answer> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(flat.get(i).text(), flat.get(i + 1));
        }
        return fields;
    }

    @Override
    public void close() {
        if (scratch != null) {
            scratch.close();
        }
    }
}
