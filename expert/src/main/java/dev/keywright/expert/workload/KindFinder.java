package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.Phrase.Strength;
import dev.keywright.expert.task.Word;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decides what an answer has to be. A question about Redis itself is a query; the same shape of sentence about the
 * asker's own product ("how many people watched each video?") is a design in disguise. No single sign decides: each
 * speaks for or against a kind, beside the words themselves, and the weights are fitted to sample texts.
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
            "set",
            "deploy",
            "provision",
            "bootstrap",
            "spin",
            "lint",
            "validate",
            "generate");

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

    /** What can be seen in a text beside its words. What one unit of it weighs stands in {@code weights/kinds.tsv}. */
    private enum Sign {
        ALWAYS,
        SHARE_OF_QUESTIONS,
        ENDS_IN_SHORT_QUESTION,
        ASKING_WORDS,
        DESIGNING_WORDS,
        OPERATING_WORDS,
        TECHNICAL_WORDS,
        REDIS_NAMES,
        NEED_OF_A_DESIGN,
        NEED_OF_OPERATIONS,
        LIKENESS_OF_BEST_ENTRY,
        BEST_ENTRY_IS_RUNBOOK,
        ERROR_KNOWN,
        ORDERS,
        ORDERS_OVER_REDIS,
        LENGTH,
        ASKS_TO_MEND,
        NAMES_PEOPLE,
        AMOUNTS,
        SYMPTOMS,
        SHORT_STATEMENT,
        ONE_OR_THE_OTHER,
        LOOKS_PASTED,
        DEMANDS,
        NEED_STATED,
        ATTACK,
        INJECTION,
        DEFENCE,
        RECOVERY,
        FOREIGN,
        DOMAIN,
        FAMILIARITY;

        String feature() {
            return "@" + name();
        }
    }

    private static final int FEW_WORDS = 7;

    private final Knowledge knowledge;

    KindFinder(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /** The share of each kind, 0 to 1. */
    Map<Kind, Double> shares(String text, List<Word> words, List<Need> needs, Entries entries) {
        Map<Kind, Double> shares = new EnumMap<>(Kind.class);
        knowledge
                .kindModel()
                .shares(words, signs(text, words, needs, entries))
                .forEach((name, share) -> shares.put(Kind.valueOf(name.toUpperCase(Locale.ROOT)), share));
        return shares;
    }

    /** The likeliest kind of an answer that is given. */
    static Kind best(Map<Kind, Double> shares) {
        return Stream.of(Kind.QUERY, Kind.DESIGN, Kind.OPS)
                .max(Comparator.comparingDouble(kind -> shares.getOrDefault(kind, 0.0)))
                .orElseThrow();
    }

    /** How much there is of each sign, by the name it has in the weights. */
    Map<String, Double> signs(String text, List<Word> words, List<Need> needs, Entries entries) {
        Map<String, Double> named = new LinkedHashMap<>();
        seen(text, words, needs, entries).forEach((sign, amount) -> {
            if (amount != 0) {
                named.put(sign.feature(), amount);
            }
        });
        return named;
    }

    private Map<Sign, Double> seen(String text, List<Word> words, List<Need> needs, Entries entries) {
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
        for (Sign sign : List.of(Sign.ATTACK, Sign.INJECTION, Sign.DEFENCE, Sign.RECOVERY, Sign.FOREIGN, Sign.DOMAIN)) {
            signs.put(sign, capped(said, sign.name().toLowerCase(Locale.ROOT), 12));
        }
        signs.put(Sign.FAMILIARITY, knowledge.familiarity(words));
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
                .max(Comparator.comparingDouble(Need::said));
        return strongest.map(need -> Math.max(0, Math.min(need.said(), 12)) / 8).orElse(0.0);
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
