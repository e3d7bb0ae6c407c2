package dev.keywright.expert.workload;

import dev.keywright.expert.knowledge.Hit;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.Phrase.Strength;
import dev.keywright.expert.task.Word;
import dev.keywright.expert.task.Words;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the patterns a text needs: phrases of the pattern files speak for or against each, and likeness of the words
 * (BM25) settles what phrases leave open.
 */
final class NeedFinder {

    /** What the main need must reach, given a phrase of medium strength or more. */
    private static final double HINT_AT_LEAST = 3;

    /** A further need must be said about as clearly as by one strong phrase. */
    private static final double FURTHER_AT_LEAST = 5;

    /** What a part of the text must say of a need of its own, likeness included. */
    private static final double PART_AT_LEAST = 6;

    /** A part of fewer telling words says nothing by likeness alone. */
    private static final int FEWEST_TELLING = 4;

    /** How much more clearly a part speaks of one need than of the next, where no strong phrase says so. */
    private static final double LEAD = 2;

    /** What a need must reach in the whole text that leads in no part of it. */
    private static final double SAID_CLEARLY = 10;

    /** The same over the main need. */
    private static final double LEAD_OVER_MAIN = 3;

    /** With a phrase of medium strength even few words lead. */
    private static final double HINTED_LEADER = 10;

    /** The same with a phrase of medium strength. */
    private static final double HINTED_PART = 6;

    /** What a need must reach where no phrase speaks for it. */
    private static final double LONE_PART = 7;

    /** Weak phrases together count no more than this: many hints are not a statement. */
    private static final double WEAK_AT_MOST = 3;

    /** What a text speaks of a pattern e times likelier than by chance counts; together with phrases fitted to tuning tasks. */
    private static final double LIKENESS = 3.1;

    /** Unlikeness holds a pattern back no further than this. */
    private static final double UNLIKE_AT_MOST = -6;

    /** A special pattern with this share of a general one's score is meant. */
    private static final double SPECIAL_AT_LEAST = 0.5;

    private static final Comparator<Need> BEST_FIRST =
            Comparator.comparingDouble((Need need) -> -need.score()).thenComparingInt(Need::start);

    private final Knowledge knowledge;

    NeedFinder(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /**
     * The needs among {@code ranked}, the main one first; empty when nothing is asked for. A further need is one that
     * leads in a part of the text, or that is called by its name.
     *
     * @param fits whether a need is of the kind that is looked for
     */
    List<Need> choose(List<Need> ranked, List<List<Word>> parts, Predicate<Need> fits) {
        List<Need> needs = new ArrayList<>();
        ranked.stream()
                .limit(1)
                .filter(need -> isHinted(need) ? need.score() >= HINT_AT_LEAST : need.score() >= LONE_PART)
                .forEach(needs::add);
        if (needs.isEmpty()) {
            return needs;
        }
        Map<String, Need> leading = leading(parts, needs.get(0).pattern(), fits);
        for (Need need : withUnranked(ranked, leading.values())) {
            Need part = leading.get(need.pattern());
            boolean clear = part != null && isClear(part);
            boolean named = isNamed(need, needs);
            boolean said = isFurther(need, needs);
            boolean known = needs.stream()
                    .anyMatch(other ->
                            other.pattern().equals(need.pattern()) || isRival(need.pattern(), other.pattern()));
            if (!known && (clear || named && said || said && (part != null || need.score() >= SAID_CLEARLY))) {
                needs.add(need);
            }
        }
        return needs;
    }

    /** What the whole text hardly speaks of may lead in one of its parts. */
    private static List<Need> withUnranked(List<Need> ranked, Collection<Need> leading) {
        Set<String> known = ranked.stream().map(Need::pattern).collect(Collectors.toSet());
        return Stream.concat(
                        ranked.stream(),
                        leading.stream()
                                .filter(need -> !known.contains(need.pattern()))
                                .sorted(BEST_FIRST))
                .toList();
    }

    /** Whether a part of a text speaks of this need for sure. */
    boolean isClear(Need part) {
        return part.said() >= Strength.STRONG.weight() && part.score() >= PART_AT_LEAST
                || part.score() >= LONE_PART
                || part.said() >= Strength.MEDIUM.weight() && part.score() >= HINTED_PART;
    }

    /** The needs that lead in some part of the text, as they are said there. */
    private Map<String, Need> leading(List<List<Word>> parts, String main, Predicate<Need> fits) {
        Map<String, Need> leading = new LinkedHashMap<>();
        if (parts.size() > 1) {
            for (List<Word> part : parts) {
                leader(part, main, fits)
                        .ifPresent(need -> leading.merge(
                                need.pattern(), need, (one, two) -> one.score() >= two.score() ? one : two));
            }
        }
        return leading;
    }

    /** What a part of a text speaks of, where it speaks of one thing more clearly than of others, the main need above all. */
    private Optional<Need> leader(List<Word> part, String main, Predicate<Need> fits) {
        List<Need> spokenOf = rank(part).stream().filter(fits).toList();
        if (spokenOf.isEmpty()) {
            return Optional.empty();
        }
        Need first = spokenOf.get(0);
        double next = spokenOf.size() == 1 ? 0 : spokenOf.get(1).score();
        double ofMain = spokenOf.stream()
                .filter(need -> need.pattern().equals(main) && !need.equals(first))
                .mapToDouble(Need::score)
                .findFirst()
                .orElse(Double.NEGATIVE_INFINITY);
        boolean likely = first.score() - next >= LEAD && telling(part) >= FEWEST_TELLING;
        boolean hinted =
                telling(part) > 1 && first.said() >= Strength.MEDIUM.weight() && first.score() >= HINTED_LEADER;
        boolean leads = likely || hinted || first.said() >= Strength.STRONG.weight();
        return leads && first.score() - ofMain >= LEAD_OVER_MAIN ? Optional.of(first) : Optional.empty();
    }

    /** How many words of a part say something. */
    private static long telling(List<Word> part) {
        return part.stream()
                .filter(word -> !Words.FILLERS.contains(word.lower())
                        && !Character.isDigit(word.lower().charAt(0)))
                .count();
    }

    private static boolean isNamed(Need need, List<Need> chosen) {
        return need.hits().stream()
                .filter(hit -> hit.phrase().strength() == Strength.NAMES && !hit.negated())
                .anyMatch(hit -> chosen.stream()
                        .flatMap(other -> other.hits().stream())
                        .noneMatch(other -> other.overlaps(hit) && other.weight() >= hit.weight()));
    }

    private static boolean isHinted(Need need) {
        return need.hits().stream().anyMatch(hit -> hit.weight() >= Strength.MEDIUM.weight());
    }

    /** Every pattern with something to be said for it, best first. */
    List<Need> rank(List<Word> words) {
        Map<String, List<Hit>> hits = new LinkedHashMap<>();
        for (Hit hit : knowledge.patternPhrases().find(words)) {
            hits.computeIfAbsent(hit.owner(), key -> new ArrayList<>()).add(hit);
        }
        Map<String, Double> likeness = likeness(words);
        List<Need> needs = knowledge.patterns().stream()
                .map(sheet -> need(sheet, hits.getOrDefault(sheet.pattern(), List.of()), likeness))
                .filter(need -> need.score() > 0)
                .sorted(BEST_FIRST)
                .toList();
        return needs.stream()
                .map(need -> withoutGeneralLead(need, needs))
                .sorted(BEST_FIRST)
                .toList();
    }

    /** A general pattern ranks behind a special one of its family that is spoken of clearly: "cache" is part of many a saying. */
    private Need withoutGeneralLead(Need need, List<Need> all) {
        if (!knowledge.pattern(need.pattern()).general()) {
            return need;
        }
        return all.stream()
                .filter(other -> other.score() < need.score() && other.score() >= SPECIAL_AT_LEAST * need.score())
                .filter(other -> isRival(other.pattern(), need.pattern()))
                .filter(other -> !knowledge.pattern(other.pattern()).general())
                .filter(other -> other.hits().stream().anyMatch(hit -> hit.weight() >= Strength.STRONG.weight()))
                .findFirst()
                .map(special -> new Need(need.pattern(), special.score() - 0.01, need.said(), need.hits()))
                .orElse(need);
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
        double said = score + Math.min(weak, WEAK_AT_MOST);
        List<Hit> positive = hits.stream().filter(hit -> hit.weight() > 0).toList();
        return new Need(sheet.pattern(), said + likeness.getOrDefault(sheet.pattern(), 0.0), said, positive);
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
                            && (hit.negated() && !other.negated()
                                    || Math.abs(other.weight()) > Math.abs(hit.weight())
                                    || Math.abs(other.weight()) == Math.abs(hit.weight())
                                            && (other.end() - other.start() > hit.end() - hit.start()
                                                    || kept.contains(other))));
            if (!contained) {
                kept.add(hit);
            }
        }
        return kept;
    }

    /** How much likelier than by chance the words speak of each pattern. */
    private Map<String, Double> likeness(List<Word> words) {
        Map<String, Double> shares = knowledge.needModel().shares(words, Map.of());
        Map<String, Double> likeness = new HashMap<>();
        shares.forEach((pattern, share) -> likeness.put(
                pattern,
                Math.max(UNLIKE_AT_MOST, LIKENESS * Math.log(Math.max(share, Double.MIN_NORMAL) * shares.size()))));
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
        return own >= FURTHER_AT_LEAST + (strong ? 0 : 2);
    }

    /** Two patterns of one family answer the same need in two ways; only the better one is meant. */
    private boolean isRival(String a, String b) {
        var family = knowledge.pattern(a).family();
        return family.isPresent() && family.equals(knowledge.pattern(b).family());
    }
}
