package dev.keywright.ops.memory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Memory that a real server took for known data: {@code used_memory} over that of the empty, warmed-up server.
 *
 * @param type of the data, a name of the table's own
 * @param params sizes
 * @param n how many keys or, for buckets, entries
 * @param config the server's build, then directives that differ from its defaults
 */
record TruthRow(String type, JsonNode params, long n, double measuredBytes, String config, long keys) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINE =
            Pattern.compile("(\\w+),\"(.*)\",(\\d+),(\\d+),\\d+,\\w*,([^,]*),[^,]*,(\\d+),[^,]*");
    /** The loader's own choices where a row does not name them. */
    private static final int KEY = 16;

    private static final int BUCKET_KEY = 10;
    /** Numbers of 17 digits and a point, less the zeros at their ends. */
    private static final Sizes DECIMALS =
            new Sizes.Sample(Stream.of(Collections.nCopies(90, 18L), Collections.nCopies(9, 17L), List.of(16L))
                    .flatMap(List::stream)
                    .toList());

    /** Two values in a stream's entry, which no row names: by what one row took with the C library, where each byte counts. */
    private static final Content SHORT = new Content.Mix(Map.of(Content.text(12), 0.875, Content.text(13), 0.125));

    private static final Content BIG = Content.text(62);

    private static final int DRAWN = 200_000;
    private static final long SEED = 3;

    static List<TruthRow> all() {
        try (BufferedReader table = new BufferedReader(
                new InputStreamReader(TruthRow.class.getResourceAsStream("truth.csv"), StandardCharsets.UTF_8))) {
            return table.lines().skip(1).map(TruthRow::of).toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TruthRow of(String line) {
        Matcher row = LINE.matcher(line);
        if (!row.matches()) {
            throw new IllegalArgumentException("not a row: " + line);
        }
        try {
            return new TruthRow(
                    row.group(1),
                    JSON.readTree(row.group(2).replace("\"\"", "\"")),
                    Long.parseLong(row.group(3)),
                    Long.parseLong(row.group(4)),
                    row.group(5),
                    Long.parseLong(row.group(6)));
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException("not a row: " + line, failure);
        }
    }

    Map<String, String> directives() {
        Map<String, String> directives = new LinkedHashMap<>();
        for (String part : config.split(";")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                directives.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return directives;
    }

    Allocator allocator() {
        return config.contains("q16")
                ? Allocator.JEMALLOC_16
                : config.contains("q8") ? Allocator.JEMALLOC_8 : Allocator.LIBC;
    }

    Version version() {
        return config.contains("7.2.")
                ? Version.REDIS_7_2
                : config.contains("7.4.") ? Version.REDIS_7_4 : Version.REDIS_7_0;
    }

    Profile profile() {
        Map<String, String> directives = directives();
        Profile profile = Profile.of(allocator(), version())
                .withLimits(Limits.of(directives))
                .withSharedIntegers(!directives.containsKey("maxmemory-policy"));
        return directives.containsKey("cluster-enabled") ? profile.withSlots(Profile.ALL_SLOTS) : profile;
    }

    DataSet dataSet() {
        boolean ttl = number("ttl", 0) == 1;
        return DataSet.of(keys, Sizes.of(number("key_len", type.equals("bucket") ? BUCKET_KEY : KEY)), value())
                .withTtl(ttl ? 1 : 0);
    }

    Value value() {
        return switch (type) {
            case "string" -> new Value.Text(stringContent());
            case "string_mix" -> new Value.Text(new Content.Text(mix()));
            case "string_append" -> new Value.Appended(Sizes.of(number("appends", 0)), Sizes.of(number("chunk", 0)));
            case "hash" -> new Value.Hash(size("fields"), text("field_len"), text("value_len"));
            case "bucket" -> new Value.Hash(bucketFields(), bucketField(), text("value_len"));
            case "list" -> new Value.ListOf(size("elements"), text("element_len"));
            case "set_int" ->
                new Value.SetOf(
                        size("elements"),
                        new Content.Integers(
                                params.get("lo").asLong(), params.get("hi").asLong()));
            case "set_str" -> new Value.SetOf(size("elements"), text("element_len"));
            case "zset" -> new Value.SortedSet(size("members"), text("member_len"), scores());
            case "stream" -> stream();
            case "hll" -> new Value.HyperLogLog(size("elements"));
            case "bitmap" -> new Value.Bitmap(size("bits"), number("stride", 0));
            default -> throw new IllegalArgumentException("no type " + type);
        };
    }

    private Content stringContent() {
        JsonNode value = params.get("value");
        return switch (value.asText()) {
            case "int8" -> new Content.Integers(10_000_000, 99_999_999);
            case "int4" -> new Content.Integers(0, 9_999);
            default -> Content.text(value.asLong());
        };
    }

    /** Whole parts of log-normal lengths, as the loader drew them; its very lengths are not known any more. */
    private Sizes mix() {
        double mu = params.get("mu").asDouble();
        double sigma = params.get("sigma").asDouble();
        Random chance = new Random(SEED);
        return new Sizes.Sample(Stream.generate(() -> (long) Math.exp(mu + sigma * chance.nextGaussian()))
                .map(length -> Math.min(number("hi", 1), Math.max(number("lo", 1), length)))
                .limit(DRAWN)
                .toList());
    }

    /** The last bucket holds what is left. */
    private Sizes bucketFields() {
        long perHash = number("per_hash", 1);
        List<Long> fields = new ArrayList<>(Collections.nCopies((int) (n / perHash), perHash));
        if (n % perHash > 0) {
            fields.add(n % perHash);
        }
        return new Sizes.Sample(fields);
    }

    private Content bucketField() {
        return params.get("field").asText().equals("int")
                ? new Content.Integers(0, number("per_hash", 1) - 1)
                : Content.text(8);
    }

    private Content scores() {
        return params.get("score").asText().equals("int6")
                ? new Content.Integers(100_000, 999_999)
                : new Content.Text(DECIMALS);
    }

    private Value stream() {
        double apart = params.has("step_ms") ? number("step_ms", 1) : 0.02;
        Value.Consumers consumers = params.has("pel")
                ? new Value.Consumers(1, (int) number("consumers", 1), number("pel", 0))
                : Value.Consumers.NONE;
        boolean big = params.path("values").asText().equals("big");
        return new Value.Stream(size("entries"), 2, Content.text(6), big ? BIG : SHORT, apart, consumers);
    }

    private Sizes size(String name) {
        return Sizes.of(number(name, 0));
    }

    private Content text(String name) {
        return Content.text(number(name, 0));
    }

    private long number(String name, long otherwise) {
        return params.has(name) ? params.get(name).asLong() : otherwise;
    }

    /** The model's, as a share of what was measured. */
    double error() {
        return new MemoryModel(profile()).estimate(dataSet()).totalBytes() / measuredBytes - 1;
    }

    @Override
    public String toString() {
        return type + " " + params + " n=" + n + " " + config;
    }
}
