package dev.keywright.expert.workload;

import dev.keywright.expert.task.Words;
import dev.keywright.expert.workload.RoleBook.NounClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weighs, for one amount, how well each role fits: by the cues before and behind it, by what the amount is like and
 * counts, and by the patterns asked for. Cues weigh less the farther off they are, and less when a clause ends or
 * another amount stands between.
 */
final class RoleJudge {

    private static final int REACH = 12;
    private static final double KNOWN_NOUN = 5;
    private static final double NOUN_BEFORE = 4;
    /** So many events per second are the load as often as the limit where a limit is not what is mainly asked for. */
    private static final double LIMIT_BESIDE = 1.5;

    private static final double UNKNOWN_NOUN = 3.1;
    private static final double FLOW = 1;
    private static final double ATTEMPT = 4.5;
    private static final int FEWEST_UNKNOWN = 30;
    private static final double FURTHER_PATTERN = 0.7;

    private record Owned(Role role, Cue cue) {}

    private final RoleBook book;
    private final Map<Dimension, List<Role>> roles = new HashMap<>();
    private final Map<Dimension, Map<String, List<Owned>>> before = new HashMap<>();
    private final Map<Dimension, Map<String, List<Owned>>> after = new HashMap<>();

    RoleJudge(RoleBook book) {
        this.book = book;
        for (Role role : book.roles()) {
            roles.computeIfAbsent(role.dimension(), key -> new ArrayList<>()).add(role);
            for (Cue cue : role.before()) {
                index(before, role, cue, cue.last());
            }
            for (Cue cue : role.after()) {
                index(after, role, cue, cue.first());
            }
        }
    }

    private static void index(Map<Dimension, Map<String, List<Owned>>> index, Role role, Cue cue, Set<String> stems) {
        for (String stem : stems) {
            index.computeIfAbsent(role.dimension(), key -> new HashMap<>())
                    .computeIfAbsent(stem, key -> new ArrayList<>())
                    .add(new Owned(role, cue));
        }
    }

    /** The score of each role that has any, by name. */
    Map<String, Double> scores(Surroundings around, Subject subject, List<String> patterns) {
        Map<String, Double> scores = new LinkedHashMap<>();
        Dimension dimension = subject.amount().dimension();
        for (Role role : roles.getOrDefault(dimension, List.of())) {
            double score = fit(role, patterns);
            for (Map.Entry<Trait, Double> trait : role.traits().entrySet()) {
                score += subject.traits().contains(trait.getKey()) ? trait.getValue() : 0;
            }
            scores.put(role.name(), score);
        }
        add(scores, cues(around, subject, true));
        add(scores, cues(around, subject, false));
        subject.noun().ifPresent(noun -> addNoun(scores, noun, subject, patterns));
        return scores;
    }

    private static void add(Map<String, Double> scores, Map<String, Double> more) {
        more.forEach((name, score) -> scores.merge(name, score, Double::sum));
    }

    private static double fit(Role role, List<String> patterns) {
        double best = 0;
        boolean known = false;
        for (int i = 0; i < patterns.size(); i++) {
            Double weight = role.patterns().get(patterns.get(i));
            if (weight != null
                    && (i == 0 || weight > 0)) { // what is asked for besides takes no role from the main need
                double counted = weight * (i == 0 ? 1 : FURTHER_PATTERN);
                best = known ? Math.max(best, counted) : counted;
                known = true;
            }
        }
        return best;
    }

    private void addNoun(Map<String, Double> scores, NounClass noun, Subject subject, List<String> patterns) {
        boolean unknown = noun.roleIn(patterns).equals("unknown") || noun.name().equals("unknown");
        String role = unknown ? book.unknown().roleIn(patterns) : noun.roleIn(patterns);
        if (role.isEmpty() && subject.traits().contains(Trait.MANY)) {
            boolean kept = noun.name().equals("unknown") && patterns.isEmpty()
                    || noun.name().equals("flow") && subject.traits().contains(Trait.SIZED);
            role = kept ? book.unknown().in().getOrDefault("otherwise", "") : role;
        }
        if (noun.name().equals("flow") && subject.amount().is(Dimension.RATE)) {
            scores.merge("rate_per_second", FLOW, Double::sum);
        }
        boolean attempts = noun.name().equals("attempt") && !book.isAny("limiting", patterns);
        if (attempts && subject.amount().is(Dimension.RATE)) {
            scores.merge("limit", ATTEMPT, Double::sum);
        }
        boolean tooFew = unknown && subject.amount().value() < FEWEST_UNKNOWN;
        if (!role.isEmpty() && !tooFew && scores.containsKey(role)) {
            double score = unknown ? UNKNOWN_NOUN : subject.nounBehind() ? KNOWN_NOUN : NOUN_BEFORE;
            boolean beside = role.equals("limit")
                    && subject.amount().is(Dimension.RATE)
                    && !book.isAny("limiting", patterns.subList(0, Math.min(1, patterns.size())));
            scores.merge(role, beside ? LIMIT_BESIDE : score, Double::sum);
        }
    }

    /** For each role the strongest cue for it and all cues against it, on one side of the amount. */
    private Map<String, Double> cues(Surroundings around, Subject subject, boolean inFront) {
        Amount amount = subject.amount();
        Map<String, List<Owned>> index = (inFront ? before : after).getOrDefault(amount.dimension(), Map.of());
        Map<String, Double> found = new HashMap<>();
        int step = inFront ? -1 : 1;
        int first = inFront ? around.before(amount) : around.after(amount);
        int own = inFront ? first + 1 : first - 1;
        double near = 1;
        boolean beside = true;
        for (int steps = 0; steps < REACH; steps++) {
            int w = first + steps * step;
            if (!around.sameSentence(w, Math.min(Math.max(own, 0), around.size() - 1))) {
                break;
            }
            near *= crossing(around, w, step, amount);
            double weight = near * Math.max(0.4, 1 - 0.06 * Math.max(0, steps - 2));
            for (Owned owned : index.getOrDefault(around.stem(w), List.of())) {
                Cue cue = owned.cue();
                boolean holds = inFront ? cue.endsAt(around, w) : cue.startsAt(around, w);
                if (holds && (beside || !owned.role().close())) {
                    merge(found, owned, weight);
                }
            }
            beside &= Words.FILLERS.contains(around.lower(w));
        }
        return found;
    }

    private static void merge(Map<String, Double> found, Owned owned, double nearness) {
        double weight = owned.cue().weight() * nearness;
        String name = owned.role().name();
        double known = found.getOrDefault(name, 0.0);
        found.put(name, weight < 0 || known < 0 ? known + weight : Math.max(known, weight));
    }

    /** How much is lost on the way to word {@code w} from its neighbour nearer to the amount. */
    private static double crossing(Surroundings around, int w, int step, Amount amount) {
        int gap = step < 0 ? w : w - 1;
        double kept = gap >= 0 && around.endsClause(gap) ? (step < 0 ? 0.6 : 0.45) : 1;
        int other = around.amountAt(w);
        if (other >= 0 && around.amountAt(w - step) != other) {
            kept *= around.amount(other).is(amount.dimension()) ? 0.35 : 0.7;
        }
        return kept;
    }
}
