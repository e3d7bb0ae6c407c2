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

    /** What someone who runs servers asks to be done with them. */
    private static final Set<String> OPS_VERBS = Set.of(
            "back", "backup", "restore", "recover", "migrate", "upgrade", "downgrade", "move", "copy", "import", "export",
            "load", "switch", "turn", "enable", "disable", "activate", "configure", "install", "setup", "rotate", "add",
            "remove", "delete", "drop", "purge", "clean", "reshard", "rebalance", "promote", "replace", "restart",
            "reboot", "patch", "benchmark", "measure", "find", "track", "hunt", "diagnose", "investigate", "analyze",
            "analyse", "optimize", "optimise", "reduce", "shrink", "cut", "free", "defragment", "harden", "secure",
            "monitor", "alert", "check", "verify", "prove", "test", "fail", "failover", "roll", "change", "raise",
            "increase", "kill", "unblock", "repair", "fix", "get", "resize", "scale", "split", "rename", "planned");

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
        double need = best(needs, false);
        double opsNeed = best(needs, true);
        double asking = shape.asking() / (double) Math.max(1, shape.asking() + shape.telling());
        double opsSaid = cap(said, "ops", 12);
        boolean orders = shape.openings().stream().anyMatch(OPS_VERBS::contains);
        double opsMeant = opsNeed * (orders || opsSaid >= 3 ? 0.6 : 0.3);
        boolean howTo = shape.opening().equals("how") && opsNeed > 0;
        boolean error = entries.errorNamed();
        boolean mend = said.containsKey("mend");
        double design = cap(said, "design", 14) + need * 0.7 + (shape.telling() > 0 ? 2 : 0);
        double query = Math.min(said.getOrDefault("query", 0.0), 8) * Math.max(0.3, asking)
                + 4 * asking
                + (shape.shortQuestion() && technical > 0 ? 5 : 0)
                + (shape.opensWithQuestion() && technical > 0 ? 3 : 0)
                + technical * Math.max(0.3, asking)
                + (error && !mend ? 13 : 0);
        query *= howTo && opsNeed > 6 ? 0.6 : 1;
        double ops = opsSaid * (1 - 0.2 * asking)
                + (error ? 0 : opsMeant)
                + (orders ? 4 : 0)
                + (opsSaid >= 3 || orders ? technical * (0.5 - 0.3 * asking) : 0)
                + (howTo && opsNeed > 6 ? 12 : howTo ? 6 : 0)
                + (mend ? 8 : 0)
                + (bestIsRunbook(entries.found()) ? 2 : 0);
        return new Scores(design, query, ops);
    }

    /** The strongest need that is, or is not, one of operations. */
    private static double best(List<Need> needs, boolean operations) {
        return needs.stream()
                .filter(need -> isOperations(need) == operations)
                .mapToDouble(need -> Math.min(need.score(), 12))
                .filter(score -> score >= NeedFinder.MAIN_AT_LEAST)
                .max()
                .orElse(0);
    }

    static boolean isOperations(Need need) {
        return OPS_PATTERNS.contains(need.pattern());
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
