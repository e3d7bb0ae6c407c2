package dev.keywright.ops.optimize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.github.luben.zstd.Zstd;
import dev.keywright.ops.analysis.ByteString;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.Deflater;

/** Another way to store keys of one pattern. */
interface Reform {

    /** In kebab case. */
    String kind();

    /** The command that stores it so. */
    List<ByteString> write(Stored value);

    /** The command that reads what {@link Stored#read()} reads. */
    List<ByteString> read(Stored value);

    /** One value before and after. */
    String example(Stored value);

    /** What cannot be done with such values any more. */
    String forbids();

    /** Those that may suit these values of a pattern. */
    static List<Reform> of(String pattern, Patterns.Tally tally, List<Stored> values) {
        List<Reform> fitting = new ArrayList<>();
        double name = tally.meanNameBytes();
        double value = values.stream().mapToInt(Reform::bytes).average().orElse(0);
        if (!tally.hashes()) {
            boolean numbered = !pattern.isEmpty() && pattern.charAt(pattern.length() - 1) == Patterns.NUMBER;
            if (numbered && tally.expiring() == 0 && tally.keys() >= Buckets.LEAST_KEYS && value < Buckets.MOST_BYTES) {
                fitting.add(new Buckets());
            }
            if (value >= Compressed.LEAST_BYTES) {
                fitting.add(new Compressed());
            }
        } else {
            ShortFields.of(values).ifPresent(fitting::add);
            Packed.of(values).ifPresent(fitting::add);
        }
        int spared = pattern.length() - ShortNames.shortened(pattern).length();
        if (spared >= ShortNames.LEAST_SPARED && spared > ShortNames.LEAST_SHARE * (name + value)) {
            fitting.add(new ShortNames());
        }
        return fitting;
    }

    private static int bytes(Stored value) {
        int bytes = value.text().length();
        for (Map.Entry<ByteString, ByteString> each : value.fields().entrySet()) {
            bytes += each.getKey().length() + each.getValue().length();
        }
        return bytes;
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** A hundred strings to a hash: {@code visits:1234} is field {@code 34} of {@code visits:12~}. */
    final class Buckets implements Reform {

        static final int LEAST_KEYS = 1_000;
        static final int MOST_BYTES = 64;
        private static final int DIGITS = 2;

        @Override
        public String kind() {
            return "bucketed-hash";
        }

        /** Without the last two digits, or the only one; no number ends so, so that no name is in use already. */
        static ByteString bucket(ByteString name) {
            byte[] bytes = name.bytes();
            int kept = split(bytes);
            byte[] bucket = Arrays.copyOf(bytes, kept + 1);
            bucket[kept] = '~';
            return ByteString.of(bucket);
        }

        static ByteString field(ByteString name) {
            byte[] bytes = name.bytes();
            return ByteString.of(Arrays.copyOfRange(bytes, split(bytes), bytes.length));
        }

        private static int split(byte[] name) {
            int from = name.length;
            while (from > 0 && name.length - from < DIGITS && name[from - 1] >= '0' && name[from - 1] <= '9') {
                from--;
            }
            return from;
        }

        @Override
        public List<ByteString> write(Stored value) {
            return Stored.words("HSET", bucket(value.name()), field(value.name()), value.text());
        }

        @Override
        public List<ByteString> read(Stored value) {
            return Stored.words("HGET", bucket(value.name()), field(value.name()));
        }

        @Override
        public String example(Stored value) {
            return "GET " + value.name() + " becomes HGET " + bucket(value.name()) + " " + field(value.name());
        }

        @Override
        public String forbids() {
            return "Values have no time to live, no eviction and no idle time of their own; APPEND, SETRANGE and"
                    + " GETRANGE are gone, INCR becomes HINCRBY; in a cluster a hundred values lie together.";
        }
    }

    /** A tag of one byte, then the value as zstd or deflate leaves it, whichever is shorter, or as it is. */
    final class Compressed implements Reform {

        static final int LEAST_BYTES = 200;
        private static final int LEVEL = 3;

        @Override
        public String kind() {
            return "compressed-values";
        }

        static ByteString packed(ByteString text) {
            byte[] plain = text.bytes();
            byte[] zstd = Zstd.compress(plain, LEVEL);
            byte[] deflate = deflated(plain);
            byte[] best = zstd.length <= deflate.length ? zstd : deflate;
            byte tag = (byte) (best == zstd ? 1 : 2);
            return best.length < plain.length ? tagged(tag, best) : tagged((byte) 0, plain);
        }

        private static ByteString tagged(byte tag, byte[] bytes) {
            return Stored.joined(ByteString.of(new byte[] {tag}), ByteString.of(bytes));
        }

        private static byte[] deflated(byte[] plain) {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            try {
                deflater.setInput(plain);
                deflater.finish();
                byte[] room = new byte[plain.length + 64];
                return Arrays.copyOf(room, deflater.deflate(room));
            } finally {
                deflater.end();
            }
        }

        @Override
        public List<ByteString> write(Stored value) {
            return Stored.words("SET", value.name(), packed(value.text()));
        }

        @Override
        public List<ByteString> read(Stored value) {
            return value.read();
        }

        @Override
        public String example(Stored value) {
            long begun = System.nanoTime();
            ByteString packed = packed(value.text());
            double micros = (System.nanoTime() - begun) / 1e3;
            String way = List.of("kept as it is", "zstd", "deflate").get(packed.at(0));
            return text(
                    "%s: %d bytes become %d (%s); packing it takes this client %.0f us",
                    value.name(), value.text().length(), packed.length(), way, micros);
        }

        @Override
        public String forbids() {
            return "APPEND, INCR, SETRANGE, GETRANGE, SETBIT and scripts that look into values are gone; every client"
                    + " must know the tag and the codec.";
        }
    }

    /** Each word of a name becomes its first letter: {@code session:token:17} is {@code s:t:17}. */
    final class ShortNames implements Reform {

        static final int LEAST_SPARED = 6;
        static final double LEAST_SHARE = 0.1;

        @Override
        public String kind() {
            return "shorter-names";
        }

        static String shortened(String name) {
            return name.replaceAll("([A-Za-z])[A-Za-z]+", "$1");
        }

        static ByteString shortened(ByteString name) {
            return ByteString.of(shortened(new String(name.bytes(), ISO_8859_1)).getBytes(ISO_8859_1));
        }

        @Override
        public List<ByteString> write(Stored value) {
            ByteString name = shortened(value.name());
            if (!value.isHash()) {
                return Stored.words("SET", name, value.text());
            }
            List<ByteString> words = Stored.words("HSET", name);
            value.fields().forEach((field, text) -> words.addAll(List.of(field, text)));
            return words;
        }

        @Override
        public List<ByteString> read(Stored value) {
            return new Stored(shortened(value.name()), value.text(), value.fields()).read();
        }

        @Override
        public String example(Stored value) {
            return value.name() + " becomes " + shortened(value.name());
        }

        @Override
        public String forbids() {
            return "Names tell people less. Choose ones that no other keys have; users' key patterns in ACLs must"
                    + " follow.";
        }
    }

    /** Field names become one or two letters. */
    final class ShortFields implements Reform {

        private static final int MOST_NAMES = 64;
        private static final double LEAST_SHARE = 0.4;
        private static final int LETTERS = 26;

        private final Map<ByteString, ByteString> names;

        private ShortFields(Map<ByteString, ByteString> names) {
            this.names = names;
        }

        /** Where names are few, and much of what is stored. */
        static Optional<Reform> of(List<Stored> values) {
            Map<ByteString, ByteString> names = new LinkedHashMap<>();
            long all = 0;
            long inNames = 0;
            for (Stored value : values) {
                for (Map.Entry<ByteString, ByteString> each : value.fields().entrySet()) {
                    names.computeIfAbsent(each.getKey(), name -> letters(names.size()));
                    inNames += each.getKey().length();
                    all += each.getKey().length() + each.getValue().length();
                    if (names.size() > MOST_NAMES) {
                        return Optional.empty();
                    }
                }
            }
            return inNames > LEAST_SHARE * all ? Optional.of(new ShortFields(names)) : Optional.empty();
        }

        private static ByteString letters(int number) {
            String last = String.valueOf((char) ('a' + number % LETTERS));
            return ByteString.of(number < LETTERS ? last : (char) ('a' + number / LETTERS - 1) + last);
        }

        private ByteString letters(ByteString name) {
            return names.getOrDefault(name, name);
        }

        @Override
        public String kind() {
            return "shorter-fields";
        }

        @Override
        public List<ByteString> write(Stored value) {
            List<ByteString> words = Stored.words("HSET", value.name());
            value.fields().forEach((field, text) -> words.addAll(List.of(letters(field), text)));
            return words;
        }

        @Override
        public List<ByteString> read(Stored value) {
            return Stored.words("HGET", value.name(), letters(value.someField()));
        }

        @Override
        public String example(Stored value) {
            List<String> pairs = new ArrayList<>();
            value.fields().keySet().forEach(field -> pairs.add(field + "=" + letters(field)));
            return value.name() + ": " + String.join(", ", pairs);
        }

        @Override
        public String forbids() {
            return "Fields tell people less; every client must know the letters, also those for fields to come.";
        }
    }

    /** A hash of few fields, always the same, becomes one string: for each a length and the value. */
    final class Packed implements Reform {

        private static final int MOST_FIELDS = 16;
        private static final int MOST_BYTES = 127;

        private final List<ByteString> order;

        private Packed(List<ByteString> order) {
            this.order = order;
        }

        /** Where all have the same fields, and values are short. */
        static Optional<Reform> of(List<Stored> values) {
            if (values.isEmpty()) {
                return Optional.empty();
            }
            SortedSet<String> names = names(values.get(0));
            boolean same = names.size() <= MOST_FIELDS
                    && values.stream()
                            .allMatch(value -> names(value).equals(names)
                                    && value.fields().values().stream().allMatch(text -> text.length() <= MOST_BYTES));
            List<ByteString> order = names.stream()
                    .map(name -> ByteString.of(name.getBytes(ISO_8859_1)))
                    .toList();
            return same ? Optional.of(new Packed(order)) : Optional.empty();
        }

        private static SortedSet<String> names(Stored value) {
            SortedSet<String> names = new TreeSet<>();
            value.fields().keySet().forEach(name -> names.add(new String(name.bytes(), ISO_8859_1)));
            return names;
        }

        @Override
        public String kind() {
            return "packed-fields";
        }

        @Override
        public List<ByteString> write(Stored value) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            for (ByteString name : order) {
                ByteString text = value.fields().getOrDefault(name, ByteString.of(""));
                packed.write(text.length());
                packed.writeBytes(text.bytes());
            }
            return Stored.words("SET", value.name(), ByteString.of(packed.toByteArray()));
        }

        @Override
        public List<ByteString> read(Stored value) {
            return Stored.words("GET", value.name());
        }

        @Override
        public String example(Stored value) {
            return "HGET " + value.name() + " " + value.someField() + " becomes GET " + value.name()
                    + " and the value after its length, in the order "
                    + String.join(", ", order.stream().map(ByteString::toString).toList());
        }

        @Override
        public String forbids() {
            return "HSET and HINCRBY of one field become reading and writing all of them, so two writers need WATCH or"
                    + " a script; fields have no time to live of their own.";
        }
    }
}
