package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares keys of a private server with those of the target: the payloads of DUMP first, which are equal for most, and where
 * they are not, the values themselves, because servers keep sets and hashes in an order of their own; and the moment each key
 * expires. Keys whose time is over are left out. Both sides work at the same time, on many keys at once.
 */
final class Comparison {

    private static final int PAGE_KEYS = 10_000;
    private static final int VALUE_KEYS = 200;
    private static final int MOST_NAMED = 20;
    /** Version and checksum end a payload. */
    private static final int FOOTER_BYTES = Short.BYTES + Long.BYTES;

    private final Wire from;
    private final Target to;
    private final Pace pace = new Pace();
    private final List<String> differing = new ArrayList<>();
    private long compared;
    private long different;

    Comparison(Wire from, Target to) {
        this.from = from;
        this.to = to;
    }

    long compared() {
        return compared;
    }

    long different() {
        return different;
    }

    /** Names of keys that differ, the first 20. */
    List<String> differing() {
        return List.copyOf(differing);
    }

    /** Compares all keys of the selected database. */
    void everyKey() throws IOException {
        Page page = Page.first(from, PAGE_KEYS);
        while (true) {
            these(page.keys());
            if (page.isLast()) {
                return;
            }
            page.askForNext(from, PAGE_KEYS);
            from.flush();
            page = Page.read(from);
        }
    }

    /** Compares some keys of the selected database; more are asked for before the last ones are read. */
    void these(List<byte[]> keys) throws IOException {
        List<byte[]> unlike = new ArrayList<>();
        List<byte[]> asked = List.of();
        for (int at = 0; at < keys.size(); at += asked.size()) {
            List<byte[]> next = keys.subList(at, Math.min(keys.size(), at + pace.keys()));
            askBoth(next, "PEXPIRETIME", "DUMP");
            unlike.addAll(unlikePayloads(asked));
            asked = next;
        }
        unlike.addAll(unlikePayloads(asked));
        int together = Math.min(VALUE_KEYS, pace.keys());
        for (int at = 0; at < unlike.size(); at += together) {
            values(unlike.subList(at, Math.min(unlike.size(), at + together)));
        }
    }

    /** The keys whose payloads do not show by themselves that they are equal. */
    private List<byte[]> unlikePayloads(List<byte[]> keys) throws IOException {
        List<byte[]> unlike = new ArrayList<>();
        long bytes = 0;
        for (byte[] key : keys) {
            Wire target = to.owner(key).wire();
            String expiry = from.read().text();
            Answer expiryThere = target.read();
            Answer here = from.read();
            Answer there = target.read();
            if (here instanceof Answer.Bulk a && there instanceof Answer.Bulk b) {
                bytes += a.bytes().length;
                if (sameTime(expiry, expiryThere) && samePayload(a.bytes(), b.bytes())) {
                    compared++;
                } else {
                    unlike.add(key);
                }
            } else if (!isOver(expiry)) {
                count(key, false);
            }
        }
        pace.saw(keys.size(), bytes);
        return unlike;
    }

    private void askBoth(List<byte[]> keys, String... commands) throws IOException {
        for (byte[] key : keys) {
            for (String command : commands) {
                ask(from, command, key);
                ask(to.owner(key).wire(), command, key);
            }
        }
        from.flush();
        to.flush();
    }

    private static void ask(Wire wire, String command, byte[] key, String... more) throws IOException {
        wire.begin(2 + more.length);
        wire.word(command);
        wire.word(key);
        for (String word : more) {
            wire.word(word);
        }
    }

    private static boolean samePayload(byte[] a, byte[] b) {
        return Arrays.equals(a, 0, a.length - FOOTER_BYTES, b, 0, b.length - FOOTER_BYTES);
    }

    /** Servers before 7.0 do not know PEXPIRETIME. */
    private static boolean sameTime(String expiry, Answer there) {
        return there instanceof Answer.Failed || there.text().equals(expiry);
    }

    private static boolean isOver(String expiry) {
        return !expiry.startsWith("-") && Long.parseLong(expiry) <= System.currentTimeMillis() + 1_000;
    }

    private void count(byte[] key, boolean equal) {
        compared++;
        if (!equal) {
            different++;
            if (differing.size() < MOST_NAMED) {
                differing.add(new String(key, UTF_8));
            }
        }
    }

    // --- by value

    private void values(List<byte[]> keys) throws IOException {
        askBoth(keys, "PEXPIRETIME", "TYPE");
        List<String> expiries = new ArrayList<>();
        List<Boolean> alike = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (byte[] key : keys) {
            Wire target = to.owner(key).wire();
            String expiry = from.read().text();
            boolean sameTime = sameTime(expiry, target.read());
            String type = from.read().text();
            boolean sameType = target.read().text().equals(type);
            expiries.add(expiry);
            alike.add(sameTime && sameType);
            types.add(type);
        }
        for (int i = 0; i < keys.size(); i++) {
            askValue(from, types.get(i), keys.get(i));
            askValue(to.owner(keys.get(i)).wire(), types.get(i), keys.get(i));
        }
        from.flush();
        to.flush();
        for (int i = 0; i < keys.size(); i++) {
            List<String> here = value(from.read(), types.get(i));
            List<String> there = value(to.owner(keys.get(i)).wire().read(), types.get(i));
            boolean equal = alike.get(i) && here.equals(there);
            if (equal || !isOver(expiries.get(i))) {
                count(keys.get(i), equal);
            }
        }
    }

    private static void askValue(Wire wire, String type, byte[] key) throws IOException {
        switch (type) {
            case "string" -> ask(wire, "GET", key);
            case "list" -> ask(wire, "LRANGE", key, "0", "-1");
            case "set" -> ask(wire, "SMEMBERS", key);
            case "zset" -> ask(wire, "ZRANGE", key, "0", "-1", "WITHSCORES");
            case "hash" -> ask(wire, "HGETALL", key);
            case "stream" -> ask(wire, "XRANGE", key, "-", "+");
            default -> ask(wire, "DUMP", key);
        }
    }

    /** The value as text that is equal for equal values, whatever order a server keeps them in. */
    private static List<String> value(Answer answer, String type) {
        return switch (type) {
            case "set" -> flat(answer).sorted().toList();
            case "hash" -> pairs(flat(answer).toList());
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
}
