package dev.keywright.ops.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** All directives that are known, of every release; read once. Any number of threads. */
public final class Directives {

    private static final Directives KNOWN = new Directives(rows("directives.yaml"), rows("sentinel.yaml"));

    private final Map<String, Directive> byName = new LinkedHashMap<>();
    private final Map<String, SentinelDirective> ofSentinel = new LinkedHashMap<>();

    private Directives(Map<String, Map<String, Object>> server, Map<String, Map<String, Object>> sentinel) {
        server.forEach((name, row) -> {
            Directive directive = directive(name, row);
            byName.put(name, directive);
            directive.aliases().forEach(alias -> byName.put(alias.name(), directive));
        });
        sentinel.forEach((name, row) -> {
            SentinelDirective directive = SentinelDirective.of(name, row);
            ofSentinel.put(name, directive);
            directive.alias().ifPresent(alias -> ofSentinel.put(alias, directive));
        });
    }

    public static Directives known() {
        return KNOWN;
    }

    /** Each directive once, in the order of the data. */
    public List<Directive> all() {
        return byName.values().stream().distinct().toList();
    }

    /** By its name or any other name it has; small and capital letters alike. */
    public Optional<Directive> find(String name) {
        return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
    }

    Optional<SentinelDirective> sentinel(String name) {
        return Optional.ofNullable(ofSentinel.get(name.toLowerCase(Locale.ROOT)));
    }

    List<SentinelDirective> sentinels() {
        return ofSentinel.values().stream().distinct().toList();
    }

    /** The known name that needs the fewest changes of letters; empty when none is near. */
    Optional<String> nearest(String name, Release release) {
        return nearest(
                name,
                byName.entrySet().stream()
                        .filter(entry -> entry.getValue().exists(release))
                        .map(Map.Entry::getKey));
    }

    Optional<String> nearestOfSentinel(String name) {
        return nearest(name, ofSentinel.keySet().stream());
    }

    static Optional<String> nearest(String name, Stream<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> names = known.toList();
        int most = Math.max(1, wanted.length() / 3);
        String best = "";
        int fewest = most + 1;
        for (String candidate : names) {
            int changes = sameWords(wanted, candidate) ? 1 : changes(wanted, candidate);
            if (changes < fewest) {
                fewest = changes;
                best = candidate;
            }
        }
        return best.isEmpty() ? longer(wanted, names) : Optional.of(best);
    }

    /** The only name that begins or ends with the words given. */
    private static Optional<String> longer(String wanted, List<String> names) {
        List<String> longer = names.stream()
                .filter(name -> name.startsWith(wanted + "-") || name.endsWith("-" + wanted))
                .distinct()
                .toList();
        return longer.size() == 1 ? Optional.of(longer.get(0)) : Optional.empty();
    }

    /** Whether two names differ only in what stands between their words: max_memory, maxmemory. */
    private static boolean sameWords(String one, String other) {
        return one.replaceAll("[-_.]", "").equals(other.replaceAll("[-_.]", ""));
    }

    /** How many letters must be put in, taken out, replaced or swapped with their neighbour. */
    static int changes(String from, String to) {
        int[][] steps = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = Math.min(steps[i - 1][j], steps[i][j - 1]) + 1;
                least = Math.min(least, steps[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped = i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
            }
        }
        return steps[from.length()][to.length()];
    }

    private static Directive directive(String name, Map<String, Object> row) {
        Map<String, String> differs = new LinkedHashMap<>();
        if (row.get("in") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> differs.put(String.valueOf(key), String.valueOf(value)));
        }
        return new Directive(
                name,
                text(row, "alias").map(Directives::aliases).orElse(List.of()),
                text(row, "kind").orElseThrow(() -> new IllegalStateException(name + " has no kind")),
                text(row, "default").orElse(""),
                Directive.Set.valueOf(text(row, "set").orElse("live").toUpperCase(Locale.ROOT)),
                text(row, "meaning").orElseThrow(() -> new IllegalStateException(name + " has no meaning")),
                text(row, "risk"),
                row.containsKey("more"),
                row.containsKey("hidden"),
                row.containsKey("secret"),
                text(row, "module"),
                differs);
    }

    private static List<Directive.Alias> aliases(String text) {
        List<Directive.Alias> aliases = new ArrayList<>();
        int at = text.indexOf('@');
        aliases.add(
                at < 0
                        ? new Directive.Alias(text, List.of())
                        : new Directive.Alias(
                                text.substring(0, at),
                                List.of(text.substring(at + 1).split(","))));
        return aliases;
    }

    static Optional<String> text(Map<String, Object> row, String field) {
        return Optional.ofNullable(row.get(field)).map(String::valueOf);
    }

    private static Map<String, Object> fields(Object value, String where) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalStateException(where + " is not a mapping of fields");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((name, field) -> fields.put(String.valueOf(name), field));
        return fields;
    }

    private static Map<String, Map<String, Object>> rows(String file) {
        try (InputStream in = Directives.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing beside " + Directives.class);
            }
            Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
            fields(new Load(LoadSettings.builder().setLabel(file).build()).loadFromInputStream(in), file)
                    .forEach((name, row) -> rows.put(name, fields(row, file + ", " + name)));
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
