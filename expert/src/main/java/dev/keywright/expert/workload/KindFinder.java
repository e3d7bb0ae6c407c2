package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Search;
import dev.keywright.expert.task.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Decides what an answer has to be. A question about Redis itself is a query; the same shape of sentence about the
 * asker's own product ("how many people watched each video?") is a design in disguise, so technical words decide.
 */
final class KindFinder {

    private static final Set<String> OPS_PATTERNS =
            Set.of("backup", "migration", "monitoring", "benchmark", "memory-optimization", "bulk-load");

    /** Commands whose names are everyday words; they count when written in capitals. */
    private static final Set<String> CAPITALS = Set.of(
            "GET", "SET", "DEL", "KEYS", "TYPE", "SCAN", "TTL", "WAIT", "INFO", "SORT", "EVAL", "DUMP", "COPY", "MOVE",
            "INCR", "DECR", "SAVE", "EXPIRE", "RENAME", "APPEND", "MONITOR", "SELECT", "AUTH", "MULTI", "EXEC", "WATCH",
            "OBJECT", "MEMORY", "CONFIG", "CLIENT", "DEBUG", "PERSIST", "EXISTS", "ACL", "RDB", "AOF", "LRU", "LFU");

    /** What speaks for each kind, in the same unit. */
    record Scores(double design, double query, double ops) {}

    private final Knowledge knowledge;

    KindFinder(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    Kind find(String text, List<Word> words, List<Need> needs, Entries entries) {
        Scores scores = scores(text, words, needs, entries);
        if (scores.query() >= scores.design() && scores.query() >= scores.ops()) {
            return Kind.QUERY;
        }
        return scores.ops() > scores.design() ? Kind.OPS : Kind.DESIGN;
    }

    Scores scores(String text, List<Word> words, List<Need> needs, Entries entries) {
        Map<String, Double> said = new HashMap<>();
        for (Hit hit : knowledge.vocabulary("kinds").find(words)) {
            said.merge(hit.owner(), hit.weight(), Double::sum);
        }
        Sentences shape = Sentences.of(text, words);
        double technical = Math.min(6, said.getOrDefault("technical", 0.0) + 3 * capitals(words));
        double need = needs.isEmpty() ? 0 : Math.min(needs.get(0).score(), 12);
        boolean opsNeed = !needs.isEmpty() && OPS_PATTERNS.contains(needs.get(0).pattern());
        double asking = shape.asking() / (double) Math.max(1, shape.asking() + shape.telling());
        boolean howTo = shape.opening().equals("how") && opsNeed;
        double design = cap(said, "design", 14) + (opsNeed ? 0 : need * 0.7) + (shape.telling() > 0 && need > 0 && !opsNeed ? 1.5 : 0);
        double query = Math.min(said.getOrDefault("query", 0.0), 8) * Math.max(0.3, asking)
                + 4 * asking
                + (shape.shortQuestion() && technical > 0 ? 3 : 0)
                + technical * Math.max(0.3, asking)
                + (entries.errorNamed() ? 16 : 0);
        double ops = cap(said, "ops", 12) * (1 - 0.4 * asking)
                + (opsNeed ? need * 0.6 : 0)
                + technical * (0.5 - 0.3 * asking)
                + (howTo ? 8 : 0)
                + (bestIsRunbook(entries.found()) ? 2 : 0);
        return new Scores(design, query, ops);
    }

    private static double cap(Map<String, Double> said, String kind, double most) {
        return Math.min(said.getOrDefault(kind, 0.0), most);
    }

    private static long capitals(List<Word> words) {
        return words.stream()
                .map(Word::text)
                .filter(text -> text.equals(text.toUpperCase(Locale.ROOT)))
                .filter(CAPITALS::contains)
                .distinct()
                .count();
    }

    private static boolean bestIsRunbook(List<Search.Found<Entry>> found) {
        return !found.isEmpty() && found.get(0).document().isRunbook();
    }
}
