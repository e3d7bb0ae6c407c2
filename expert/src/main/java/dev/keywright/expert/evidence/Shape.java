package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.MemoryModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a loaded sample looks like, asked from a few of its keys: kinds, lengths, counts. From it the memory model predicts
 * what the sample takes, so that the model's error can be told from what the server really took.
 */
final class Shape {

    private static final int KEYS = 24;
    private static final int ELEMENTS = 64;
    private static final long SHARED_INTEGERS = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Connection connection;
    private final Allocator allocator;
    private final MemoryModel model;

    /** The same kind of key, seen some times. */
    private record Kind(double keys, double keyBytes, double valueBytes, boolean withTtl) {}

    Shape(Connection connection, Allocator allocator) {
        this.connection = connection;
        this.allocator = allocator;
        this.model = new MemoryModel(allocator);
    }

    /** What the model says that the sample takes. */
    double modelBytes(Footprint footprint, long items) {
        List<Kind> kinds = new ArrayList<>();
        for (Text text : footprint.texts()) {
            kind(footprint.some(text, items, KEYS), Fill.distinct(text.varies(), items))
                    .ifPresent(kinds::add);
        }
        double keys = kinds.stream().mapToDouble(Kind::keys).sum();
        if (keys == 0) {
            return 0;
        }
        double keyBytes = kinds.stream()
                        .mapToDouble(kind -> kind.keyBytes() * kind.keys())
                        .sum()
                / keys;
        double withTtl = kinds.stream()
                .filter(Kind::withTtl)
                .mapToDouble(Kind::keys)
                .sum();
        double values = kinds.stream()
                .mapToDouble(kind -> kind.valueBytes() * kind.keys())
                .sum();
        return model.keyspace(keys, keyBytes, withTtl > keys / 2) + values;
    }

    /** How the server keeps the values of the first kind of key. */
    String encoding(Footprint footprint, long items) {
        for (Text text : footprint.texts()) {
            for (String key : footprint.some(text, items, 3)) {
                if (ask("OBJECT", "ENCODING", key) instanceof Reply.Text encoding) {
                    return encoding.text();
                }
            }
        }
        return "";
    }

    private Optional<Kind> kind(List<String> keys, long distinct) {
        int found = 0;
        double keyBytes = 0;
        double valueBytes = 0;
        int withTtl = 0;
        for (String key : keys) {
            String type = ask("TYPE", key).text();
            if (!type.equals("none")) {
                found++;
                keyBytes += key.length();
                valueBytes += value(key, type);
                withTtl += ask("PTTL", key).number() >= 0 ? 1 : 0;
            }
        }
        return found == 0
                ? Optional.empty()
                : Optional.of(new Kind(
                        (double) distinct * found / keys.size(),
                        keyBytes / found,
                        valueBytes / found,
                        withTtl * 2 > found));
    }

    private double value(String key, String type) {
        return switch (type) {
            case "string" -> string(key);
            case "hash" -> {
                List<Reply> some = items("HRANDFIELD", key, "-" + ELEMENTS, "WITHVALUES");
                yield model.hash(count("HLEN", key), mean(some, 0, 2), mean(some, 1, 2));
            }
            case "set" -> {
                double members = count("SCARD", key);
                boolean integers = ask("OBJECT", "ENCODING", key).text().equals("intset");
                yield integers
                        ? model.integerSet(members)
                        : model.set(members, mean(items("SRANDMEMBER", key, "-" + ELEMENTS), 0, 1));
            }
            case "zset" ->
                model.sortedSet(count("ZCARD", key), mean(items("ZRANDMEMBER", key, "-" + ELEMENTS), 0, 1));
            case "list" ->
                model.list(count("LLEN", key), mean(items("LRANGE", key, "0", Integer.toString(ELEMENTS)), 0, 1));
            case "stream" -> stream(key);
            default -> 0;
        };
    }

    private double string(String key) {
        if (ask("OBJECT", "ENCODING", key).text().equals("int")) {
            long number = Long.parseLong(ask("GET", key).text());
            return number >= 0 && number < SHARED_INTEGERS ? 0 : allocator.size(16);
        }
        return model.string(count("STRLEN", key));
    }

    private double stream(String key) {
        List<Reply> entries = items("XRANGE", key, "-", "+", "COUNT", "16");
        if (entries.isEmpty()) {
            return model.stream(0, 1, 0);
        }
        double fields = 0;
        double bytes = 0;
        for (Reply entry : entries) {
            List<Reply> pairs = entry.items().get(1).items();
            fields += pairs.size() / 2.0;
            bytes += mean(pairs, 1, 2) * pairs.size() / 2.0;
        }
        return model.stream(count("XLEN", key), fields / entries.size(), bytes / Math.max(1, fields));
    }

    private double count(String command, String key) {
        return ask(command, key).number();
    }

    private List<Reply> items(String command, String key, String... more) {
        String[] words = new String[more.length + 1];
        words[0] = key;
        System.arraycopy(more, 0, words, 1, more.length);
        return ask(command, words).items();
    }

    private static double mean(List<Reply> replies, int from, int step) {
        double bytes = 0;
        int count = 0;
        for (int i = from; i < replies.size(); i += step) {
            bytes += replies.get(i).bytes().length;
            count++;
        }
        return count == 0 ? 0 : bytes / count;
    }

    private Reply ask(String name, String... words) {
        Command.Builder command = Command.named(name);
        for (String word : words) {
            command.argument(word);
        }
        return connection.call(command.buildRepeatable(), TIMEOUT);
    }
}
