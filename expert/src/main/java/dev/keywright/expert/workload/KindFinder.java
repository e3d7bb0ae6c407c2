package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Phrase.Strength;
import dev.keywright.expert.task.Word;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Decides what an answer has to be. A question about Redis itself is a query; the same shape of sentence about the
 * asker's own product ("how many people watched each video?") is a design in disguise. No single sign decides: each
 * speaks for or against a kind, and the weights come from a logistic regression over some 700 labelled tasks.
 */
final class KindFinder {

    private static final Set<String> OPS_PATTERNS =
            Set.of("backup", "migration", "monitoring", "benchmark", "memory-optimization", "bulk-load");

    /** What someone who runs servers asks to be done with them, as the first word of a sentence. */
    private static final Set<String> OPS_VERBS = Set.of(
            "back",
            "backup",
            "restore",
            "recover",
            "migrate",
            "upgrade",
            "downgrade",
            "move",
            "copy",
            "import",
            "export",
            "load",
            "switch",
            "turn",
            "enable",
            "disable",
            "activate",
            "configure",
            "install",
            "setup",
            "rotate",
            "add",
            "remove",
            "delete",
            "drop",
            "purge",
            "clean",
            "reshard",
            "rebalance",
            "promote",
            "replace",
            "restart",
            "reboot",
            "patch",
            "benchmark",
            "measure",
            "find",
            "track",
            "hunt",
            "diagnose",
            "investigate",
            "analyze",
            "analyse",
            "optimize",
            "optimise",
            "reduce",
            "shrink",
            "cut",
            "free",
            "defragment",
            "harden",
            "secure",
            "monitor",
            "alert",
            "check",
            "verify",
            "prove",
            "test",
            "fail",
            "failover",
            "roll",
            "change",
            "raise",
            "increase",
            "kill",
            "unblock",
            "repair",
            "fix",
            "get",
            "resize",
            "scale",
            "split",
            "rename",
            "planned",
            "take",
            "bring",
            "give",
            "seed",
            "warm",
            "tune",
            "wipe",
            "dump",
            "merge",
            "relocate",
            "rebuild",
            "compare",
            "shut",
            "stop",
            "start",
            "renew",
            "detach",
            "reclaim",
            "kick",
            "hook",
            "catch",
            "rollback",
            "spread",
            "put",
            "convert",
            "point",
            "prepare",
            "run",
            "warn",
            "snapshot",
            "force",
            "expand",
            "rehearse",
            "drill",
            "restrict",
            "set");

    private static final Set<String> PEOPLE = Set.of(
            "user",
            "customer",
            "player",
            "people",
            "visitor",
            "shop",
            "product",
            "member",
            "order",
            "buyer",
            "driver",
            "app",
            "seller",
            "guest",
            "fan",
            "student",
            "patient",
            "device");

    private static final Set<String> DEMANDS =
            Set.of("per", "each", "every", "must", "within", "only", "once", "shared", "never", "at");

    private static final Set<String> RIVALRY = Set.of("vs", "versus", "or");

    /** How a log line, an exception or a refusal looks when pasted. */
    private static final Pattern LOG_LINE = Pattern.compile(
            "\\b\\w+(?:Exception|Error)\\b|^\\W*[A-Z]{4,}\\b |\\bERR |WARNING|\\d:\\d{2,5}\\b"
                    + "|^[\\[+(-]|^\\w+(?: \\w+)?: |(?i:aborted|timed out|i/o|unable to|could not|cannot|can't|failed|refused|denied|not allowed)");

    /** What can be seen in a text, with what one unit of it says for a design, a query and an operation. */
    private enum Sign {
        ALWAYS(-3.02, 2.44, 0.58),
        SHARE_OF_QUESTIONS(-0.75, 1.61, -0.85),
        ENDS_IN_SHORT_QUESTION(-0.5, 0.59, -0.09),
        ASKING_WORDS(-0.68, 0.69, -0.01),
        DESIGNING_WORDS(1.38, -0.29, -1.09),
        OPERATING_WORDS(-0.55, -0.38, 0.94),
        TECHNICAL_WORDS(-0.24, 0.25, -0.01),
        REDIS_NAMES(-0.06, 0.19, -0.13),
        NEED_OF_A_DESIGN(1.41, -0.44, -0.97),
        NEED_OF_OPERATIONS(-1.0, -0.09, 1.09),
        LIKENESS_OF_BEST_ENTRY(-0.52, 0.54, -0.02),
        BEST_ENTRY_IS_RUNBOOK(-0.45, -0.95, 1.41),
        ERROR_KNOWN(-1.02, 0.96, 0.06),
        ORDERS(-0.65, -0.78, 1.43),
        ORDERS_OVER_REDIS(-0.39, -0.47, 0.85),
        LENGTH(1.39, -1.04, -0.35),
        ASKS_TO_MEND(1.54, -2.32, 0.78),
        NAMES_PEOPLE(0.71, -0.21, -0.5),
        AMOUNTS(0.38, -0.4, 0.03),
        SYMPTOMS(-0.32, 0.34, -0.02),
        SHORT_STATEMENT(-0.63, 0.58, 0.05),
        ONE_OR_THE_OTHER(-0.77, 1.28, -0.5),
        LOOKS_PASTED(-0.12, 1.0, -0.89),
        DEMANDS(0.43, -0.31, -0.12),
        NEED_STATED(1.2, -1.2, 0);

        private final double design;
        private final double query;
        private final double ops;

        Sign(double design, double query, double ops) {
            this.design = design;
            this.query = query;
            this.ops = ops;
        }
    }

    /** What speaks for each kind, in the same unit. */
    record Scores(double design, double query, double ops) {
        Kind best() {
            if (query >= design && query >= ops) {
                return Kind.QUERY;
            }
            return ops > design ? Kind.OPS : Kind.DESIGN;
        }
    }

    private static final int FEW_WORDS = 7;

    private final Knowledge knowledge;

    KindFinder(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    Kind find(String text, List<Word> words, List<Need> needs, Entries entries) {
        return scores(text, words, needs, entries).best();
    }

    Scores scores(String text, List<Word> words, List<Need> needs, Entries entries) {
        double design = 0;
        double query = 0;
        double ops = 0;
        for (var seen : signs(text, words, needs, entries).entrySet()) {
            design += seen.getKey().design * seen.getValue();
            query += seen.getKey().query * seen.getValue();
            ops += seen.getKey().ops * seen.getValue();
        }
        return new Scores(design, query, ops);
    }

    private Map<Sign, Double> signs(String text, List<Word> words, List<Need> needs, Entries entries) {
        Map<String, Double> said = new HashMap<>();
        for (Hit hit : knowledge.vocabulary("kinds").find(words)) {
            said.merge(hit.owner(), hit.weight(), Double::sum);
        }
        Sentences shape = Sentences.of(text, words);
        boolean orders = shape.openings().stream().anyMatch(OPS_VERBS::contains);
        Map<Sign, Double> signs = new EnumMap<>(Sign.class);
        signs.put(Sign.ALWAYS, 1.0);
        signs.put(Sign.SHARE_OF_QUESTIONS, shape.asking() / (double) Math.max(1, shape.asking() + shape.telling()));
        signs.put(Sign.ENDS_IN_SHORT_QUESTION, truth(shape.shortQuestion()));
        signs.put(Sign.ASKING_WORDS, capped(said, "query", 8));
        signs.put(Sign.DESIGNING_WORDS, capped(said, "design", 14));
        signs.put(Sign.OPERATING_WORDS, capped(said, "ops", 12));
        signs.put(Sign.TECHNICAL_WORDS, capped(said, "technical", 16));
        signs.put(Sign.SYMPTOMS, capped(said, "symptom", 8));
        signs.put(Sign.ASKS_TO_MEND, truth(said.containsKey("mend")));
        signs.put(Sign.REDIS_NAMES, Math.min(3.0, knowledge.names().in(text).size()));
        signs.put(Sign.NEED_OF_A_DESIGN, best(needs, false));
        signs.put(Sign.NEED_OF_OPERATIONS, best(needs, true));
        signs.put(Sign.LIKENESS_OF_BEST_ENTRY, entries.errorNamed() ? 2 : Math.min(60, entries.bestScore()) / 20);
        signs.put(
                Sign.BEST_ENTRY_IS_RUNBOOK,
                truth(entries.first().filter(Entry::isRunbook).isPresent()));
        signs.put(Sign.ERROR_KNOWN, truth(entries.errorNamed()));
        signs.put(Sign.ORDERS, truth(orders));
        signs.put(Sign.ORDERS_OVER_REDIS, truth(orders && said.getOrDefault("technical", 0.0) >= 5));
        signs.put(Sign.LENGTH, Math.log(1 + words.size()));
        signs.put(Sign.NAMES_PEOPLE, truth(words.stream().anyMatch(word -> PEOPLE.contains(word.stem()))));
        signs.put(
                Sign.AMOUNTS,
                Math.min(3.0, count(words, word -> Character.isDigit(word.text().charAt(0)))));
        signs.put(Sign.SHORT_STATEMENT, truth(shape.asking() == 0 && words.size() <= FEW_WORDS && !orders));
        signs.put(Sign.ONE_OR_THE_OTHER, truth(words.stream().anyMatch(word -> RIVALRY.contains(word.lower()))));
        signs.put(Sign.LOOKS_PASTED, truth(LOG_LINE.matcher(text).find()));
        signs.put(Sign.DEMANDS, Math.min(3.0, count(words, word -> DEMANDS.contains(word.lower()))));
        signs.put(Sign.NEED_STATED, truth(shape.asking() == 0 && !entries.errorNamed() && isSaidClearly(needs)));
        return signs;
    }

    /** A phrase that hardly means anything else speaks for something to build. */
    private static boolean isSaidClearly(List<Need> needs) {
        return needs.stream()
                .filter(need -> !isOperations(need))
                .flatMap(need -> need.hits().stream())
                .anyMatch(hit -> hit.weight() >= Strength.STRONG.weight());
    }

    /** The strongest need that is, or is not, one of operations. */
    private static double best(List<Need> needs, boolean operations) {
        Optional<Need> strongest = needs.stream()
                .filter(need -> isOperations(need) == operations)
                .max(Comparator.comparingDouble(Need::score));
        return strongest.map(need -> Math.min(need.score(), 12) / 8).orElse(0.0);
    }

    static boolean isOperations(Need need) {
        return OPS_PATTERNS.contains(need.pattern());
    }

    private static double capped(Map<String, Double> said, String meaning, double most) {
        return Math.min(said.getOrDefault(meaning, 0.0), most) / 8;
    }

    private static double count(List<Word> words, Predicate<Word> which) {
        return words.stream().filter(which).count();
    }

    private static double truth(boolean holds) {
        return holds ? 1 : 0;
    }
}
