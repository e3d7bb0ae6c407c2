package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.MemoryModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What a loaded sample looks like, asked from some of its keys: kinds, lengths, counts. From it the memory model predicts
 * what the sample takes, so that the model's error can be told from what the server really took. Lengths are never
 * averaged before they go into the model: sizes jump between them.
 */
final class Shape {

    private static final int KEYS = 16;
    private static final int KEY_NAMES = 1_000;
    private static final int ELEMENTS = 400;
    private static final int SURELY_LONG = 65;
    private static final long SHARED_INTEGERS = 10_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Connection connection;
    private final Allocator allocator;
    private final MemoryModel model;

    /** A key and what the server says of it; the type is {@code none} when there is no such key. */
    private record Seen(String name, String type, boolean withTtl, String encoding) {}

    Shape(Connection connection, Allocator allocator) {
        this.connection = connection;
        this.allocator = allocator;
        this.model = new MemoryModel(allocator);
    }

    /** What the model says that the sample takes. */
    double modelBytes(Footprint footprint, long items) {
        double bytes = 0;
        double keys = 0;
        double withTtl = 0;
        for (Text text : footprint.texts()) {
            List<String> some = footprint.some(text, items, KEYS);
            int found = 0;
            int mortal = 0;
            double values = 0;
            for (Seen key : look(some)) {
                if (!key.type().equals("none")) {
                    found++;
                    mortal += key.withTtl() ? 1 : 0;
                    values += value(key);
                }
            }
            if (found > 0) {
                double count = (double) Fill.distinct(text.varies(), items) * found / some.size();
                boolean ttl = mortal * 2 > found;
                keys += count;
                withTtl += ttl ? count : 0;
                bytes += count
                        * (values / found
                                + mean(footprint.some(text, items, KEY_NAMES), name -> key(name.length(), ttl)));
            }
        }
        return keys == 0 ? 0 : bytes + tables(keys) + (withTtl == 0 ? 0 : tables(withTtl));
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

    /** All keys in one flush. */
    private List<Seen> look(List<String> keys) {
        List<Command> questions = new ArrayList<>();
        for (String key : keys) {
            questions.add(Command.named("TYPE").key(key).buildRepeatable());
            questions.add(Command.named("PTTL").key(key).buildRepeatable());
            questions.add(Command.named("OBJECT").argument("ENCODING").key(key).buildRepeatable());
        }
        List<Reply> replies = connection.batch(questions, TIMEOUT);
        List<Seen> seen = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            boolean encoded = replies.get(3 * i + 2) instanceof Reply.Text;
            seen.add(new Seen(
                    keys.get(i),
                    replies.get(3 * i).text(),
                    replies.get(3 * i + 1).number() >= 0,
                    encoded ? replies.get(3 * i + 2).text() : ""));
        }
        return seen;
    }

    /** A key's share of the key space without tables: two keys have the same tables as one. */
    private double key(double length, boolean withTtl) {
        return model.keyspace(2, length, withTtl) - model.keyspace(1, length, withTtl);
    }

    private double tables(double keys) {
        return model.keyspace(keys, 1, false) - keys * key(1, false);
    }

    private double value(Seen seen) {
        String key = seen.name();
        return switch (seen.type()) {
            case "string" -> string(seen);
            case "hash" -> {
                double fields = count("HLEN", key);
                List<Reply> pairs = flat(items("HRANDFIELD", key, "-" + ELEMENTS, "WITHVALUES"));
                boolean table = seen.encoding().equals("hashtable");
                double bytes = 0;
                for (int i = 0; i < pairs.size(); i += 2) {
                    double field = length(pairs.get(i));
                    double value = length(pairs.get(i + 1));
                    bytes += table ? tableHash(fields, field, value) : model.hash(fields, field, value);
                }
                yield pairs.isEmpty() ? 0 : bytes * 2 / pairs.size();
            }
            case "set" -> {
                double members = count("SCARD", key);
                boolean integers = seen.encoding().equals("intset");
                yield integers
                        ? model.integerSet(members)
                        : mean(items("SRANDMEMBER", key, "-" + ELEMENTS), one -> model.set(members, length(one)));
            }
            case "zset" -> {
                double members = count("ZCARD", key);
                yield mean(items("ZRANDMEMBER", key, "-" + ELEMENTS), one -> model.sortedSet(members, length(one)));
            }
            case "list" -> {
                double elements = count("LLEN", key);
                yield mean(
                        items("LRANGE", key, "0", Integer.toString(ELEMENTS)),
                        one -> model.list(elements, length(one)));
            }
            case "stream" -> {
                double entries = count("XLEN", key);
                yield mean(items("XRANGE", key, "-", "+", "COUNT", "16"), entry -> stream(entries, entry));
            }
            default -> 0;
        };
    }

    /** One long value makes a hash a table, in which the short ones then also live. */
    private double tableHash(double fields, double fieldBytes, double valueBytes) {
        return model.hash(fields, fieldBytes, SURELY_LONG)
                + fields * (key(valueBytes, false) - key(SURELY_LONG, false));
    }

    private double string(Seen seen) {
        if (seen.encoding().equals("int")) {
            long number = Long.parseLong(ask("GET", seen.name()).text());
            return number >= 0 && number < SHARED_INTEGERS ? 0 : allocator.size(16);
        }
        return model.string(count("STRLEN", seen.name()));
    }

    private double stream(double entries, Reply entry) {
        List<Reply> pairs = entry.items().get(1).items();
        double bytes = 0;
        for (int i = 1; i < pairs.size(); i += 2) {
            bytes += length(pairs.get(i));
        }
        double fields = pairs.size() / 2.0;
        return model.stream(entries, fields, bytes / fields);
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

    /** Pairs come flat, or each in a list of its own, as the protocol has it. */
    private static List<Reply> flat(List<Reply> pairs) {
        return pairs.stream()
                .flatMap(one -> one instanceof Reply.Items pair ? pair.items().stream() : Stream.of(one))
                .toList();
    }

    private static double length(Reply text) {
        return text.bytes().length;
    }

    private static <T> double mean(List<T> list, ToDoubleFunction<T> each) {
        return list.stream().mapToDouble(each).average().orElse(0);
    }

    private Reply ask(String name, String... words) {
        Command.Builder command = Command.named(name);
        for (String word : words) {
            command.argument(word);
        }
        return connection.call(command.buildRepeatable(), TIMEOUT);
    }
}
