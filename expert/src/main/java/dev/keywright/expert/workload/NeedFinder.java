package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.Phrase.Strength;
import dev.keywright.expert.task.Word;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the patterns a text needs: phrases of the pattern files speak for or against each, and likeness of the words
 * (BM25) settles what phrases leave open.
 */
final class NeedFinder {

    /** Below this a pattern is only in the air. */
    static final double MAIN_AT_LEAST = 4;

    /** With at least this and a phrase of medium strength it is taken where nothing else is asked for. */
    private static final double HINT_AT_LEAST = 3;

    /** A further need must be said about as clearly as by one strong phrase. */
    private static final double FURTHER_AT_LEAST = 5;

    /** Weak phrases together count no more than this: many hints are not a statement. */
    private static final double WEAK_AT_MOST = 3;

    private static final double LIKENESS_AT_MOST = 3;

    private final Knowledge knowledge;

    NeedFinder(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /** The needs among {@code ranked}, the main one first; empty when nothing is asked for. */
    List<Need> choose(List<Need> ranked) {
        List<Need> needs = new ArrayList<>();
        for (Need need : ranked) {
            if (needs.isEmpty()) {
                if (need.score() >= MAIN_AT_LEAST || isOnlyHint(need)) {
                    needs.add(need);
                }
            } else if (isFurther(need, needs)) {
                needs.add(need);
            }
        }
        return needs;
    }

    /** Nothing speaks louder, and one phrase does speak for it. */
    private static boolean isOnlyHint(Need need) {
        return need.score() >= HINT_AT_LEAST
                && need.hits().stream().anyMatch(hit -> hit.weight() >= Strength.MEDIUM.weight());
    }

    /** Every pattern with something to be said for it, best first. */
    List<Need> rank(List<Word> words) {
        Map<String, List<Hit>> hits = new LinkedHashMap<>();
        for (Hit hit : knowledge.patternPhrases().find(words)) {
            hits.computeIfAbsent(hit.owner(), key -> new ArrayList<>()).add(hit);
        }
        Map<String, Double> likeness = likeness(words);
        return knowledge.patterns().stream()
                .map(sheet -> need(sheet, hits.getOrDefault(sheet.pattern(), List.of()), likeness))
                .filter(need -> need.score() > 0)
                .sorted(Comparator.comparingDouble((Need need) -> -need.score()).thenComparing(Need::start))
                .toList();
    }

    private static Need need(PatternSheet sheet, List<Hit> hits, Map<String, Double> likeness) {
        double weak = 0;
        double score = 0;
        for (Hit hit : withoutContained(hits)) {
            if (hit.phrase().strength() == Strength.WEAK && !hit.negated()) {
                weak += hit.weight();
            } else {
                score += hit.weight();
            }
        }
        score += Math.min(weak, WEAK_AT_MOST) + likeness.getOrDefault(sheet.pattern(), 0.0);
        List<Hit> positive = hits.stream().filter(hit -> hit.weight() > 0).toList();
        return new Need(sheet.pattern(), score, positive);
    }

    /** One stretch of text speaks once: a hit inside a stronger or longer one of the same pattern adds nothing. */
    private static List<Hit> withoutContained(List<Hit> hits) {
        List<Hit> kept = new ArrayList<>();
        for (Hit hit : hits) {
            boolean contained = hits.stream()
                    .anyMatch(other -> !other.equals(hit)
                            && other.start() <= hit.start()
                            && other.end() >= hit.end()
                            && (hit.negated() || Math.signum(other.weight()) == Math.signum(hit.weight()))
                            && (hit.negated() && !other.negated() || Math.abs(other.weight()) > Math.abs(hit.weight())
                                    || Math.abs(other.weight()) == Math.abs(hit.weight())
                                            && (other.end() - other.start() > hit.end() - hit.start()
                                                    || kept.contains(other))));
            if (!contained) {
                kept.add(hit);
            }
        }
        return kept;
    }

    private Map<String, Double> likeness(List<Word> words) {
        var found = knowledge.patternSearch().find(words);
        Map<String, Double> likeness = new HashMap<>();
        double best = found.isEmpty() ? 1 : Math.max(found.get(0).score(), 12);
        found.forEach(f -> likeness.put(f.document().pattern(), LIKENESS_AT_MOST * f.score() / best));
        return likeness;
    }

    private boolean isFurther(Need need, List<Need> chosen) {
        double own = 0;
        boolean strong = false;
        for (Hit hit : withoutContained(need.hits())) {
            boolean told = chosen.stream()
                    .flatMap(other -> other.hits().stream())
                    .anyMatch(other -> other.overlaps(hit) && other.weight() >= hit.weight());
            if (!told) {
                own += hit.weight();
                strong |= hit.weight() >= Strength.STRONG.weight();
            }
        }
        if (own < FURTHER_AT_LEAST || !strong && own < FURTHER_AT_LEAST + 2) {
            return false;
        }
        boolean rival = chosen.stream().anyMatch(other -> isRival(need.pattern(), other.pattern()));
        return !rival;
    }

    /** Two patterns of one family answer the same need in two ways; only the better one is meant. */
    private boolean isRival(String a, String b) {
        var family = knowledge.pattern(a).family();
        return family.isPresent() && family.equals(knowledge.pattern(b).family());
    }
}
