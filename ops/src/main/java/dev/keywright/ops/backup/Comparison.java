package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compares keys of a private server with those of the target: by the server's own digest of a value where both sides may be asked
 * for it, else by reading the values; and the moment each key expires. Keys whose time is over are left out.
 */
final class Comparison {

    private static final int PAGE_KEYS = 1_000;
    private static final int DIGEST_KEYS = 100;
    private static final int MOST_NAMED = 20;
    private static final String NO_VALUE = "0".repeat(40);

    private final Wire from;
    private final Target to;
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

    /** Whether both sides may be asked for digests, and mean the same by them. */
    static boolean digests(Wire from, Target to) throws IOException {
        String version = State.of(from).version();
        for (Target.Owner owner : to.owners()) {
            boolean same = line(State.of(owner.wire()).version()).equals(line(version));
            if (!same || owner.wire().call("DEBUG", "DIGEST-VALUE", "") instanceof Answer.Failed) {
                return false;
            }
        }
        return true;
    }

    /** {@code 7.0} of {@code 7.0.15}. */
    private static String line(String version) {
        String[] parts = version.split("\\.", 3);
        return parts.length < 2 ? version : parts[0] + "." + parts[1];
    }

    /** Compares all keys of the selected database by digest; both sides work at the same time. */
    void everyKey() throws IOException {
        Page page = Page.first(from, PAGE_KEYS);
        while (true) {
            Map<Target.Owner, List<byte[]>> keys = new LinkedHashMap<>();
            for (byte[] key : page.keys()) {
                keys.computeIfAbsent(to.owner(key), none -> new ArrayList<>()).add(key);
            }
            for (Map.Entry<Target.Owner, List<byte[]>> part : keys.entrySet()) {
                askDigests(from, part.getValue());
                askDigests(part.getKey().wire(), part.getValue());
            }
            page.askForNext(from, PAGE_KEYS);
            from.flush();
            to.flush();
            for (Map.Entry<Target.Owner, List<byte[]>> part : keys.entrySet()) {
                compareDigests(part.getKey().wire(), part.getValue());
            }
            if (page.isLast()) {
                return;
            }
            page = Page.read(from);
        }
    }

    /** A few keys per command, so that the server serves others in between. */
    private static void askDigests(Wire wire, List<byte[]> keys) throws IOException {
        for (int at = 0; at < keys.size(); at += DIGEST_KEYS) {
            List<byte[]> some = keys.subList(at, Math.min(keys.size(), at + DIGEST_KEYS));
            wire.begin(2 + some.size());
            wire.word("DEBUG");
            wire.word("DIGEST-VALUE");
            for (byte[] key : some) {
                wire.word(key);
            }
            for (byte[] key : some) {
                wire.begin(2);
                wire.word("PEXPIRETIME");
                wire.word(key);
            }
        }
    }

    private void compareDigests(Wire target, List<byte[]> keys) throws IOException {
        for (int at = 0; at < keys.size(); at += DIGEST_KEYS) {
            List<Answer> here = ((Answer.Many) Wire.orThrow(from.read())).items();
            List<Answer> there = ((Answer.Many) Wire.orThrow(target.read())).items();
            for (int i = 0; i < here.size(); i++) {
                String digest = there.get(i).text();
                String expiry = from.read().text();
                boolean equal = target.read().text().equals(expiry)
                        && here.get(i).text().equals(digest);
                boolean over = digest.equals(NO_VALUE) && isOver(expiry);
                if (!over) {
                    count(keys.get(at + i), equal);
                }
            }
        }
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

    /** Compares a few keys of the selected database by their values. */
    void byValue(List<byte[]> keys) throws IOException {
        for (byte[] key : keys) {
            Wire target = to.owner(key).wire();
            String expiry = one(from, "PEXPIRETIME", key).text();
            Answer expiryThere = one(target, "PEXPIRETIME", key);
            boolean sameTime = expiryThere instanceof Answer.Failed // 6.2 and older do not know the command
                    || expiryThere.text().equals(expiry);
            boolean equal = sameTime && value(from, key).equals(value(target, key));
            if (equal || !isOver(expiry)) {
                count(key, equal);
            }
        }
    }

    private static Answer one(Wire wire, String command, byte[] key, String... more) throws IOException {
        wire.begin(2 + more.length);
        wire.word(command);
        wire.word(key);
        for (String word : more) {
            wire.word(word);
        }
        wire.flush();
        return wire.read();
    }

    /** The value as text that is equal for equal values, whatever order a server keeps them in. */
    private static List<String> value(Wire wire, byte[] key) throws IOException {
        String type = one(wire, "TYPE", key).text();
        Stream<String> read = switch (type) {
            case "string" -> flat(one(wire, "GET", key));
            case "list" -> flat(one(wire, "LRANGE", key, "0", "-1"));
            case "set" -> flat(one(wire, "SMEMBERS", key)).sorted();
            case "zset" -> flat(one(wire, "ZRANGE", key, "0", "-1", "WITHSCORES"));
            case "hash" -> pairs(flat(one(wire, "HGETALL", key)).toList()).sorted();
            case "stream" -> flat(one(wire, "XRANGE", key, "-", "+"));
            default -> flat(one(wire, "DUMP", key));
        };
        return Stream.concat(Stream.of(type), read).toList();
    }

    private static Stream<String> flat(Answer answer) {
        if (answer instanceof Answer.Many many) {
            return many.items().stream().flatMap(Comparison::flat);
        }
        return Stream.of(answer instanceof Answer.Bulk bulk ? new String(bulk.bytes(), ISO_8859_1) : answer.text());
    }

    private static Stream<String> pairs(List<String> flat) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            pairs.add(flat.get(i) + "\0" + flat.get(i + 1));
        }
        return pairs.stream();
    }
}
