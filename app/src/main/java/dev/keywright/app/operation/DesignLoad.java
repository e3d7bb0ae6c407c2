package dev.keywright.app.operation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keywright.ops.Document;
import dev.keywright.ops.analysis.AnalysisReport;
import dev.keywright.ops.analysis.KeyType;
import dev.keywright.ops.benchmark.BenchOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The load that a design expects: commands by its main structure, keys and sizes as asked or else assumed, the rate as asked. Or one on data like
 * those of a saved analysis: commands by the types there are, in proportion to their keys, and sizes like those of its strings.
 *
 * @param mix as {@code --mix} takes it
 * @param values as {@code --values} takes it
 */
record DesignLoad(String mix, long keys, Optional<String> values, Optional<Double> rate) {

    private static final long MOST_KEYS = 1_000_000;
    private static final int PERCENT = 100;

    /** Below this share of all keys a type is left out. */
    private static final double LEAST_RATIO = 0.001;

    /** What a server keeps of a key beside its name and its value, about. */
    private static final long KEY_BYTES = 56;

    /** The part of a saved analysis that matters here. */
    private record Saved(String schema, AnalysisReport.Totals totals, List<AnalysisReport.TypeRow> types) {}

    /** The part of {@code design.json} that matters here. */
    private record Design(Understood understood, List<Need> needs) {}

    private record Understood(Map<String, Double> quantities, Optional<List<Assumption>> assumptions) {

        /** What was asked for; where nothing was, what the design assumes. */
        Map<String, Double> figures() {
            Map<String, Double> figures = new HashMap<>();
            assumptions.orElse(List.of()).stream()
                    .filter(assumption -> assumption.value().isNumber())
                    .forEach(assumption ->
                            figures.put(assumption.name(), assumption.value().asDouble()));
            figures.putAll(quantities);
            return figures;
        }
    }

    private record Assumption(String name, JsonNode value) {}

    private record Need(String structure, Optional<List<String>> commands) {

        /** Whether each call runs a script and nothing else. */
        boolean isScripted() {
            return commands.filter(
                            lines -> !lines.isEmpty() && lines.stream().allMatch(line -> line.startsWith("EVALSHA ")))
                    .isPresent();
        }
    }

    /**
     * @param folder of a design, or the file of an analysis
     * @throws UserError when it is neither
     */
    static DesignLoad read(Path folder) {
        if (Files.isRegularFile(folder)) {
            return of(folder, Document.read(folder, Saved.class));
        }
        Path file = folder.resolve("design.json");
        if (!Files.isRegularFile(file)) {
            throw new UserError(folder + " holds no design.json; give a folder that keywright \"<task>\" wrote.");
        }
        Design design = Document.read(file, Design.class);
        Map<String, Double> figures = design.understood().figures();
        Optional<Need> main = design.needs().stream().findFirst();
        String structure = main.map(Need::structure).orElse("string");
        boolean scripted =
                structure.equals("string") && main.filter(Need::isScripted).isPresent();
        double keys = Stream.of("keys", "members", "users")
                .filter(figures::containsKey)
                .map(figures::get)
                .findFirst()
                .orElse((double) BenchOptions.DEFAULTS.keys());
        return new DesignLoad(
                scripted ? "eval" : mix(structure),
                Math.max(1, Math.min(MOST_KEYS, (long) keys)),
                Optional.ofNullable(figures.get("value_bytes"))
                        .map(bytes -> Long.toString(Math.max(1, bytes.longValue()))),
                Optional.ofNullable(design.understood().quantities().get("rate_per_second"))
                        .filter(rate -> rate > 0));
    }

    private static DesignLoad of(Path file, Saved analysis) {
        if (!AnalysisReport.SCHEMA.equals(analysis.schema())
                || analysis.totals().keys() == 0) {
            throw new UserError(file + " is no analysis with keys in it; give what keywright analyze --save wrote.");
        }
        double all = analysis.totals().keys();
        String mix = analysis.types().stream()
                .filter(type -> type.keys() >= LEAST_RATIO * all)
                .flatMap(type -> weighted(mix(type.type().name().toLowerCase(Locale.ROOT)), type.keys() / all))
                .collect(Collectors.joining(","));
        long most = analysis.types().stream()
                .mapToLong(AnalysisReport.TypeRow::keys)
                .max()
                .orElse(1);
        Optional<AnalysisReport.TypeRow> strings = analysis.types().stream()
                .filter(type -> type.type() == KeyType.STRING)
                .findFirst();
        long beside = KEY_BYTES + Math.round(analysis.totals().nameBytes() / all);
        return new DesignLoad(
                mix,
                Math.min(MOST_KEYS, most),
                strings.map(type ->
                        type.elements().map(lengths -> sizes(lengths, 0)).orElseGet(() -> sizes(type.sizes(), beside))),
                Optional.empty());
    }

    /** A mix whose weights are percent, as a part of a greater one. */
    private static Stream<String> weighted(String mix, double ratio) {
        return Stream.of(mix.split(","))
                .map(part -> part.split("=", 2))
                .map(sides -> String.format(
                        Locale.ROOT,
                        "%s=%.4f",
                        sides[0],
                        ratio * (sides.length < 2 ? PERCENT : Integer.parseInt(sides[1]))));
    }

    private static String sizes(AnalysisReport.Spread bytes, long beside) {
        long median = Math.max(1, bytes.median() - beside);
        long p99 = Math.max(median, bytes.p99() - beside);
        return "lognormal:" + median + "," + p99;
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
