package dev.keywright.expert.knowledge;

import dev.keywright.expert.task.Stemmer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Words that stand for one another in phrases: {@code <people>} is a user, a customer, a nurse ... Without a file the
 * name of a class stands for itself.
 *
 * @param members stems by name of the class
 */
record WordClasses(Map<String, Set<String>> members) {

    static final String FILE = "words";
    static final WordClasses NONE = new WordClasses(Map.of());

    static WordClasses read(Node node) {
        Map<String, Set<String>> members = new HashMap<>();
        for (Node item : node.nodes("classes")) {
            String name = item.text("name");
            Set<String> stems = Stream.concat(Stream.of(name), item.texts("words").stream())
                    .map(Stemmer::stem)
                    .collect(Collectors.toUnmodifiableSet());
            if (members.put(name, stems) != null) {
                throw new IllegalArgumentException(item.where() + ": the class " + name + " is described twice");
            }
            item.close();
        }
        node.close();
        return new WordClasses(Map.copyOf(members));
    }

    static boolean isNamed(String chunk) {
        return chunk.length() > 2 && chunk.startsWith("<") && chunk.endsWith(">");
    }

    /** The stems of the class a chunk such as {@code <people>} names. */
    Set<String> stems(String chunk) {
        String name = chunk.substring(1, chunk.length() - 1);
        Set<String> stems = members.get(name);
        if (stems == null && !members.isEmpty()) {
            throw new IllegalArgumentException(
                    "no class of words is called " + chunk + "; known are " + members.keySet());
        }
        return stems == null ? Set.of(Stemmer.stem(name)) : stems;
    }

    List<String> all() {
        return members.values().stream().flatMap(Set::stream).sorted().toList();
    }
}
