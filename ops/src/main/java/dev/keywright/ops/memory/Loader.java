package dev.keywright.ops.memory;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Writes a data set into a server piece by piece; the same contents for the same seed. How many elements a key has is not left
 * to chance, nor how long strings are: the numbers follow a sequence that fills their spread evenly, so that what is measured is the model's error and not the luck
 * of a small sample.
 */
final class Loader {

    private static final int BATCH = 1_000;
    private static final int MOST_REPEATED = 10_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
    private static final long FAR = 4_102_444_800_000L;
    private static final long STREAM_START = 1_793_216_543_987L;
    private static final int[] PRIMES = {2, 3, 5, 7, 11, 13, 19, 23};
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";

    private final Connection connection;
    private final Random chance;
    private final List<Command> waiting = new ArrayList<>();
    private final Map<Sizes, Even> draws = new HashMap<>();
    private final IdentityHashMap<Content, Texts> texts = new IdentityHashMap<>();

    Loader(Connection connection, long seed) {
        this.connection = connection;
        this.chance = new Random(seed);
    }

    /** @param prefix two data sets with different ones, of one letter, share no key */
    void load(DataSet set, char prefix) {
        Even names = draw(set.names());
        for (long i = 0; i < set.keys(); i++) {
            String key = unique(prefix, i, names.next());
            write(set.value(), key);
            if (chance.nextDouble() < set.expiringRatio()) {
                send("PEXPIREAT", key, Long.toString(FAR));
            }
        }
        flush();
    }

    private void write(Value value, String key) {
        if (value instanceof Value.Text text) {
            send("SET", key, texts(text.content()).even());
        } else if (value instanceof Value.Appended appended) {
            Even sizes = draw(appended.pieceBytes());
            repeat(appended.pieces(), i -> send("APPEND", key, random(sizes.next())));
        } else if (value instanceof Value.Bitmap bitmap) {
            long bits = draw(bitmap.bits()).next();
            long stride = bitmap.stride() == 0 ? bits : bitmap.stride();
            for (long bit = bitmap.stride() == 0 ? bits - 1 : 0; bit < bits; bit += stride) {
                send("SETBIT", key, Long.toString(bit), "1");
            }
        } else if (value instanceof Value.HyperLogLog registers) {
            repeat(registers.distinct(), i -> send("PFADD", key, key + ":" + i));
        } else if (value instanceof Value.Hash hash) {
            hash(hash, key);
        } else if (value instanceof Value.SetOf set) {
            distinct(set.members(), set.content()).forEach(member -> send("SADD", key, member));
        } else if (value instanceof Value.SortedSet set) {
            Texts scores = texts(set.scores());
            distinct(set.members(), set.content()).forEach(member -> send("ZADD", key, scores.number(), member));
        } else if (value instanceof Value.ListOf list) {
            Texts elements = texts(list.content());
            repeat(list.elements(), i -> send("RPUSH", key, elements.next()));
        } else if (value instanceof Value.Stream stream) {
            stream(stream, key);
        }
    }

    private void hash(Value.Hash hash, String key) {
        Texts values = texts(hash.values());
        for (String name : distinct(hash.fields(), hash.names())) {
            send("HSET", key, name, values.next());
            if (chance.nextDouble() < hash.expiringRatio()) {
                send("HPEXPIREAT", key, Long.toString(FAR + chance.nextInt(1_000_000_000)), "FIELDS", "1", name);
            }
        }
    }

    private void stream(Value.Stream stream, String key) {
        List<String> names = List.copyOf(distinct(Sizes.of(stream.fields()), stream.names()));
        Texts values = texts(stream.values());
        long entries = draw(stream.entries()).next();
        for (long i = 0; i < entries; i++) {
            List<String> words = new ArrayList<>(List.of(key, STREAM_START + (long) (i * stream.millisApart()) + "-*"));
            names.forEach(name -> words.addAll(List.of(name, values.next())));
            send("XADD", words.toArray(String[]::new));
        }
        Value.Consumers consumers = stream.consumers();
        for (int group = 0; group < consumers.groups(); group++) {
            String name = random(10);
            send("XGROUP", "CREATE", key, name, "0");
            for (int consumer = 0; consumer < consumers.each(); consumer++) {
                send(
                        "XREADGROUP",
                        "GROUP",
                        name,
                        random(10),
                        "COUNT",
                        Long.toString(consumers.pending() / consumers.each()),
                        "STREAMS",
                        key,
                        ">");
            }
        }
    }

    private interface Each {
        void at(long index);
    }

    private void repeat(Sizes count, Each each) {
        long times = draw(count).next();
        for (long i = 0; i < times; i++) {
            each.at(i);
        }
    }

    private Set<String> distinct(Sizes count, Content content) {
        long wanted = draw(count).next();
        Texts texts = texts(content);
        Set<String> distinct = new LinkedHashSet<>();
        int failed = 0;
        while (distinct.size() < wanted) {
            boolean fresh = distinct.add(texts.next(distinct.size()));
            failed = fresh ? 0 : failed + 1;
            if (failed > MOST_REPEATED) { // the content has no more different ones
                distinct.add(unique('m', distinct.size(), 1));
            }
        }
        return distinct;
    }

    private void send(String name, String... words) {
        Command.Builder command = Command.named(name);
        for (String word : words) {
            command.argument(word);
        }
        waiting.add(command.build());
        if (waiting.size() == BATCH) {
            flush();
        }
    }

    private void flush() {
        for (Reply reply : waiting.isEmpty() ? List.<Reply>of() : connection.batch(waiting, PATIENCE)) {
            reply.orThrow("load");
        }
        waiting.clear();
    }

    /** A text of that length that no other index has; longer where the index needs it. */
    private String unique(char prefix, long index, long length) {
        StringBuilder text = new StringBuilder().append(prefix);
        for (long rest = index; rest > 0; rest /= 26) {
            text.append(LETTERS.charAt((int) (rest % 26)));
        }
        text.append(text.length() < length ? "_" : "");
        return text + random(Math.max(0, length - text.length()));
    }

    private String random(long length) {
        StringBuilder text = new StringBuilder();
        for (long i = 0; i < length; i++) {
            text.append(LETTERS.charAt(chance.nextInt(26)));
        }
        return text.toString();
    }

    private Texts texts(Content content) {
        return texts.computeIfAbsent(content, Texts::new);
    }

    private Even draw(Sizes sizes) {
        return draws.computeIfAbsent(sizes, Even::new);
    }

    /** Sizes by their shares, along multiples of an irrational number. */
    private final class Even {
        private final List<Sizes.Share> shares;
        private final double step = Math.sqrt(PRIMES[draws.size() % PRIMES.length]);
        private double at = chance.nextDouble();

        Even(Sizes sizes) {
            this.shares = sizes.shares();
        }

        long next() {
            at = (at + step) % 1;
            return at(at);
        }

        /** By chance, as the pieces within a value come. */
        long any() {
            return at(chance.nextDouble());
        }

        private long at(double part) {
            double left = part;
            for (Sizes.Share share : shares) {
                left -= share.weight();
                if (left < 0) {
                    return share.size();
                }
            }
            return shares.get(shares.size() - 1).size();
        }
    }

    /** Draws texts of a content. */
    private final class Texts {
        private final Content content;
        private final Even lengths;
        private final List<Texts> parts = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();
        private double at = chance.nextDouble();

        Texts(Content content) {
            this.content = content;
            this.lengths = draw(content instanceof Content.Text text ? text.lengths() : Sizes.of(0));
            if (content instanceof Content.Mix mix) {
                mix.parts().forEach((part, weight) -> {
                    parts.add(new Texts(part));
                    weights.add(weight);
                });
            }
        }

        String next() {
            if (content instanceof Content.Integers integers) {
                double span = (double) integers.high() - integers.low() + 1;
                return Long.toString(integers.low() + (long) (chance.nextDouble() * span));
            } else if (content instanceof Content.Sample sample) {
                return sample.seen().get(chance.nextInt(sample.seen().size()));
            } else if (content instanceof Content.Mix) {
                return part().next();
            }
            return random(lengths.any());
        }

        /** The next text of values that stand alone: their lengths fill the spread evenly. */
        String even() {
            if (content instanceof Content.Mix) {
                return part().even();
            }
            return content instanceof Content.Text ? random(lengths.next()) : next();
        }

        String next(long index) {
            if (content instanceof Content.Mix) {
                return part().next(index);
            }
            return content instanceof Content.Text ? unique('m', index, lengths.any()) : next();
        }

        private Texts part() {
            at = (at + GOLDEN) % 1;
            double left = at;
            for (int i = 0; i < parts.size(); i++) {
                left -= weights.get(i);
                if (left < 0) {
                    return parts.get(i);
                }
            }
            return parts.get(parts.size() - 1);
        }

        /** A number as the server writes it, of about that length where a text was asked for. */
        String number() {
            return content instanceof Content.Text ? Double.toString(chance.nextDouble() * 1e6) : next();
        }
    }
}
