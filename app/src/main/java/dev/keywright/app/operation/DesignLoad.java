package dev.keywright.app.operation;

import dev.keywright.ops.Document;
import dev.keywright.ops.benchmark.BenchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The load that a design expects: commands by its main structure, and keys, sizes and rate where it gives any.
 *
 * @param mix as {@code --mix} takes it
 * @param values as {@code --values} takes it
 */
record DesignLoad(String mix, long keys, Optional<String> values, Optional<Double> rate) {

    private static final long MOST_KEYS = 1_000_000;

    /** The part of {@code design.json} that matters here. */
    private record Design(Understood understood, List<Need> needs) {}

    private record Understood(Map<String, Double> quantities) {}

    private record Need(String structure) {}

    /** @throws UserError when there is no design in the folder */
    static DesignLoad read(Path folder) {
        Path file = folder.resolve("design.json");
        if (!Files.isRegularFile(file)) {
            throw new UserError(folder + " holds no design.json; give a folder that keywright \"<task>\" wrote.");
        }
        Design design = Document.read(file, Design.class);
        Map<String, Double> quantities = design.understood().quantities();
        String structure =
                design.needs().isEmpty() ? "string" : design.needs().get(0).structure();
        double keys = Stream.of("keys", "members", "users")
                .filter(quantities::containsKey)
                .map(quantities::get)
                .findFirst()
                .orElse((double) BenchOptions.DEFAULTS.keys());
        return new DesignLoad(
                mix(structure),
                Math.max(1, Math.min(MOST_KEYS, (long) keys)),
                Optional.ofNullable(quantities.get("value_bytes"))
                        .map(bytes -> Long.toString(Math.max(1, bytes.longValue()))),
                Optional.ofNullable(quantities.get("rate_per_second")).filter(rate -> rate > 0));
    }

    private static String mix(String structure) {
        return switch (structure) {
            case "hash" -> "hgetall=60,hget=20,hset=20";
            case "zset" -> "zadd=50,zrange=50";
            case "list" -> "lpush=50,rpop=50";
            case "stream" -> "xadd=50,xrange=50";
            case "set" -> "sadd=50,sismember=50";
            case "hyperloglog" -> "pfadd";
            case "bitmap" -> "setbit";
            default -> "get=80,set=20";
        };
    }
}
