package dev.keywright.expert.evidence;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.ops.memory.Content;
import dev.keywright.ops.memory.MemoryModel;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Sizes;
import dev.keywright.ops.memory.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
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
    private static final int ENTRIES = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Connection connection;
    private final MemoryModel model;

    /** A key and what the server says of it; the type is {@code none} when there is no such key. */
    private record Seen(String name, String type, boolean withTtl, String encoding) {}

    Shape(Connection connection, Profile profile) {
        this.connection = connection;
        this.model = new MemoryModel(profile);
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
                                + mean(footprint.some(text, items, KEY_NAMES), name -> model.key(name.length(), ttl)));
            }
        }
        return keys == 0 ? 0 : bytes + model.tables(Math.round(keys), Math.round(withTtl));
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

    private double value(Seen seen) {
        String key = seen.name();
        return switch (seen.type()) {
            case "string" -> model.value(new Value.Text(string(seen)));
            case "hash" -> {
                List<Reply> pairs = flat(items("HRANDFIELD", key, "-" + ELEMENTS, "WITHVALUES"));
                yield pairs.isEmpty()
                        ? 0
                        : model.value(new Value.Hash(count("HLEN", key), every(pairs, 2, 0), every(pairs, 2, 1)));
            }
            case "set" -> {
                List<Reply> members = items("SRANDMEMBER", key, "-" + ELEMENTS);
                yield members.isEmpty() ? 0 : model.value(new Value.SetOf(count("SCARD", key), every(members, 1, 0)));
            }
            case "zset" -> {
                List<Reply> pairs = flat(items("ZRANDMEMBER", key, "-" + ELEMENTS, "WITHSCORES"));
                yield pairs.isEmpty()
                        ? 0
                        : model.value(new Value.SortedSet(count("ZCARD", key), every(pairs, 2, 0), every(pairs, 2, 1)));
            }
            case "list" -> {
                List<Reply> elements = items("LRANGE", key, "0", Integer.toString(ELEMENTS));
                yield elements.isEmpty() ? 0 : model.value(new Value.ListOf(count("LLEN", key), every(elements, 1, 0)));
            }
            case "stream" -> {
                List<Reply> entries = items("XRANGE", key, "-", "+", "COUNT", Integer.toString(ENTRIES));
                yield entries.isEmpty() ? 0 : model.value(stream(count("XLEN", key), entries));
            }
            default -> 0;
        };
    }

    /** A number is kept as one; of a text the length is enough. */
    private Content string(Seen seen) {
        return seen.encoding().equals("int")
                ? new Content.Sample(List.of(ask("GET", seen.name()).text()))
                : new Content.Text(count("STRLEN", seen.name()));
    }

    private static Value stream(Sizes entries, List<Reply> some) {
        List<Reply> pairs = some.stream()
                .flatMap(entry -> entry.items().get(1).items().stream())
                .toList();
        int fields = pairs.size() / 2 / some.size();
        double apart = some.size() == 1
                ? 1
                : (double) (millis(some.get(some.size() - 1)) - millis(some.get(0))) / (some.size() - 1);
        return new Value.Stream(entries, fields, every(pairs, 2, 0), every(pairs, 2, 1), apart);
    }

    private static long millis(Reply entry) {
        String id = entry.items().get(0).text();
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    /** Each so many of them from the first on. */
    private static Content every(List<Reply> texts, int step, int first) {
        return new Content.Sample(IntStream.iterate(first, i -> i < texts.size(), i -> i + step)
                .mapToObj(i -> text(texts.get(i)))
                .toList());
    }

    /** A whole number is kept without a point. */
    private static String text(Reply reply) {
        if (reply instanceof Reply.Decimal decimal) {
            double number = decimal.value();
            return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
        }
        return reply.text();
    }

    private Sizes count(String command, String key) {
        return Sizes.of(ask(command, key).number());
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
