package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.task.Task;
import dev.keywright.expert.task.Word;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a task was understood to say. Everything later works on this, never on the text again.
 *
 * @param words the words, misspelt ones mended
 * @param facts quantities said or following from what was said
 * @param ownFacts where several needs are spoken of: what is said of each, by pattern
 * @param needs patterns asked for, the main one first; may be empty
 * @param traits constraints and named things (ids of {@code vocabulary/traits.yaml}) that hold
 * @param contradiction the conflict (id of a conflict rule) that the words as a whole speak of
 * @param version the server version named, such as 7.0
 * @param entries what the knowledge says on the subject, best first; may be empty
 */
public record Workload(
        Task task,
        List<Word> words,
        Kind kind,
        List<Fact> facts,
        Map<String, List<Fact>> ownFacts,
        List<Need> needs,
        Set<String> traits,
        Optional<String> contradiction,
        Optional<Double> version,
        List<Entry> entries,
        Map<String, Double> overrides,
        Optional<Refusal> refusal) {

    /** The value of a quantity that was set, said or derived. */
    public Optional<Double> quantity(String name) {
        Double set = overrides.get(name);
        if (set != null) {
            return Optional.of(set);
        }
        return facts.stream()
                .filter(fact -> fact.name().equals(name))
                .map(Fact::value)
                .findFirst();
    }

    /**
     * The same for one of several needs: what is said of that need comes first, and a time said of another need alone says
     * nothing about this one.
     */
    public Optional<Double> quantity(String name, String pattern) {
        if (overrides.containsKey(name) || ownFacts.isEmpty()) {
            return quantity(name);
        }
        return named(name, ownFacts.getOrDefault(pattern, List.of()))
                .or(() -> facts.stream()
                        .filter(fact -> fact.name().equals(name))
                        .findFirst()
                        .filter(fact -> !isOfAnother(fact, pattern)))
                .map(Fact::value);
    }

    private boolean isOfAnother(Fact fact, String pattern) {
        return fact.unit().equals("s")
                && ownFacts.entrySet().stream()
                        .filter(own -> !own.getKey().equals(pattern))
                        .anyMatch(own -> named(fact.name(), own.getValue())
                                .filter(other -> other.start() == fact.start())
                                .isPresent());
    }

    private static Optional<Fact> named(String name, List<Fact> facts) {
        return facts.stream().filter(fact -> fact.name().equals(name)).findFirst();
    }

    /** The entry with what this task says in its commands. */
    public Entry filled(Entry entry) {
        return entry.filled(EntryValues.of(task.readable(), facts));
    }

    public boolean has(String trait) {
        return traits.contains(trait);
    }

    public boolean hasAny(String... some) {
        for (String trait : some) {
            if (traits.contains(trait)) {
                return true;
            }
        }
        return false;
    }

    public boolean needs(String pattern) {
        return needs.stream().anyMatch(need -> need.pattern().equals(pattern));
    }

    public Optional<Need> mainNeed() {
        return needs.stream().findFirst();
    }
}
