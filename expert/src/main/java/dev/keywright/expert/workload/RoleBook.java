package dev.keywright.expert.workload;

import dev.keywright.expert.task.Stemmer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The roles a number can play and the nouns it can count, from {@code quantities/roles.yaml}. Immutable. */
final class RoleBook {

    private static final String FILE = "/dev/keywright/expert/quantities/roles.yaml";
    /** The classes whose words say little about what runs there. */
    private static final Set<String> MACHINES = Set.of("server", "client", "instance", "machine");

    private static final Set<String> FIELDS =
            Set.of("of", "is", "close", "patterns", "if", "before", "after", "around");

    /**
     * Nouns that mean the same to a design.
     *
     * @param role what a number of them is, where no pattern says otherwise; empty when it plays none
     * @param in what it is instead, by pattern
     */
    record NounClass(String name, String role, Map<String, String> in) {

        /** The role where these patterns are asked for, the main one first; only that one overrules the usual role. */
        String roleIn(List<String> patterns) {
            boolean usual = !role.isEmpty() && !role.equals("unknown");
            return patterns.stream()
                    .limit(usual ? 1 : patterns.size())
                    .filter(in::containsKey)
                    .findFirst()
                    .map(in::get)
                    .orElse(role);
        }
    }

    private final List<Role> roles = new ArrayList<>();
    private final Map<String, NounClass> nouns = new HashMap<>();
    private final Map<String, Set<String>> families = new LinkedHashMap<>();
    private final Map<String, NounClass> qualified = new HashMap<>();
    private final NounClass unknown;
    private final Set<String> words;

    private RoleBook(Map<?, ?> file) {
        map(file, "families").forEach((name, members) -> families.put(name, Set.copyOf(List.of(words(members)))));
        map(file, "roles").forEach((name, fields) -> roles.add(role(name, (Map<?, ?>) fields)));
        map(file, "nouns").forEach((name, fields) -> addNouns(name, (Map<?, ?>) fields));
        map(file, "qualifiers").forEach((name, words) -> {
            for (String word : words(words)) {
                qualified.put(Stemmer.stem(word), nounClass(name));
            }
        });
        unknown = new NounClass("unknown", "", byPattern(map(file, "unknown-noun")));
        words = Stream.concat(
                        nouns.keySet().stream(),
                        roles.stream()
                                .flatMap(role -> Stream.concat(role.before().stream(), role.after().stream()))
                                .flatMap(cue -> cue.parts().stream())
                                .flatMap(Set::stream))
                .collect(Collectors.toUnmodifiableSet());
    }

    static RoleBook load() {
        try (InputStream in = RoleBook.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the program; build it again");
            }
            LoadSettings settings =
                    LoadSettings.builder().setLabel("quantities/roles.yaml").build();
            return new RoleBook((Map<?, ?>) new Load(settings).loadFromInputStream(in));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " could not be read", e);
        }
    }

    /** The stems of all words that cues and nouns are made of. */
    Set<String> words() {
        return words;
    }

    List<Role> roles() {
        return List.copyOf(roles);
    }

    Optional<NounClass> noun(String stem) {
        return Optional.ofNullable(nouns.get(stem));
    }

    /** The class of a machine that {@code qualifier} stands before: app servers are clients, Redis servers are nodes. */
    Optional<NounClass> qualified(NounClass plain, String qualifier) {
        boolean machine = MACHINES.contains(plain.name());
        return Optional.of(machine ? qualified.getOrDefault(qualifier, plain) : plain);
    }

    /** What a number of things with an unknown name is. */
    NounClass unknown() {
        return unknown;
    }

    NounClass nounClass(String name) {
        return nouns.values().stream()
                .filter(noun -> noun.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no nouns of class " + name));
    }

    /** Whether one of the patterns belongs to the family. */
    boolean isAny(String family, List<String> patterns) {
        Set<String> members = families.getOrDefault(family, Set.of());
        return patterns.stream().anyMatch(members::contains);
    }

    private Role role(String name, Map<?, ?> fields) {
        fields.keySet().stream()
                .filter(field -> !FIELDS.contains(field))
                .findFirst()
                .ifPresent(field -> {
                    throw new IllegalArgumentException("roles.yaml, " + name + ": unknown field " + field);
                });
        Dimension dimension = Dimension.valueOf(String.valueOf(fields.get("of")).toUpperCase(Locale.ROOT));
        Map<Trait, Double> traits = new LinkedHashMap<>();
        weights(fields, "if").forEach((trait, weight) -> traits.put(Trait.named(trait), weight));
        Map<String, Double> patterns = new LinkedHashMap<>();
        weights(fields, "patterns")
                .forEach((pattern, weight) -> family(pattern).forEach(each -> patterns.put(each, weight)));
        Object other = fields.get("is");
        return new Role(
                other == null ? name : String.valueOf(other),
                dimension,
                Boolean.TRUE.equals(fields.get("close")),
                patterns,
                traits,
                cues(fields, "before", "around"),
                cues(fields, "after", "around"));
    }

    private static List<Cue> cues(Map<?, ?> fields, String... keys) {
        List<Cue> cues = new ArrayList<>();
        for (String key : keys) {
            weights(fields, key).forEach((written, weight) -> cues.add(Cue.of(written, weight)));
        }
        return List.copyOf(cues);
    }

    private void addNouns(String name, Map<?, ?> fields) {
        Object role = fields.get("role");
        NounClass noun = new NounClass(name, role == null ? "" : String.valueOf(role), byPattern(map(fields, "in")));
        for (String word : words(fields.get("words"))) {
            NounClass other = nouns.putIfAbsent(Stemmer.stem(word), noun);
            if (other != null && !other.equals(noun)) {
                throw new IllegalArgumentException("roles.yaml: " + word + " stands in two classes of nouns");
            }
        }
    }

    private Map<String, String> byPattern(Map<String, Object> written) {
        Map<String, String> byPattern = new LinkedHashMap<>();
        written.forEach((pattern, role) ->
                family(pattern).forEach(each -> byPattern.put(each, role == null ? "" : String.valueOf(role))));
        return byPattern;
    }

    private Set<String> family(String name) {
        return families.getOrDefault(name, Set.of(name));
    }

    private static String[] words(@Nullable Object written) {
        return String.valueOf(written).strip().split("\\s+");
    }

    private static Map<String, Double> weights(Map<?, ?> fields, String key) {
        Map<String, Double> weights = new LinkedHashMap<>();
        map(fields, key).forEach((name, weight) -> weights.put(name, ((Number) weight).doubleValue()));
        return weights;
    }

    private static Map<String, Object> map(Map<?, ?> fields, String key) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (fields.get(key) instanceof Map<?, ?> found) {
            found.forEach((name, value) -> map.put(String.valueOf(name), value));
        }
        return map;
    }
}
