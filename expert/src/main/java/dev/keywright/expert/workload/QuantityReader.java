package dev.keywright.expert.workload;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.workload.Fact.Origin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the numbers of a task that play a role, each with its unit and the words it came from. Numbers are found first
 * ({@link NumberReader}), then joined to paces ({@link PaceFinder}), then every one is weighed for every role
 * ({@link RoleJudge}); each role goes to the amount that fits it best, and what follows is derived at the end.
 * Any number of threads.
 */
public final class QuantityReader {

    /** Below this nothing speaks clearly enough for a role. */
    private static final double AT_LEAST = 3;

    /** An amount whose best role is taken gets another one only when that is as clear as this. */
    private static final double SECOND_CHOICE = 4;

    /** A later amount takes a role from an earlier one only when it fits better by this much. */
    private static final double CLEARLY_BETTER = 1.3;

    /** Of two populations the one this much larger is meant: 80,000 products, not 15 product groups. */
    private static final double MUCH_LARGER = 5;

    private static final Set<String> POPULATIONS = Set.of("keys", "users", "members", "entities", "entries", "points");

    private final RoleBook book = RoleBook.load();
    private final RoleJudge judge = new RoleJudge(book);

    /**
     * A role one amount could play.
     *
     * @param first whether no other fits the amount better
     */
    private record Claim(String role, double score, Subject subject, boolean first) {}

    /**
     * The quantities of {@code text}, in its order, derived ones last; no name twice.
     *
     * @param words the words of {@code text}
     * @param mainPattern canonical id of what is mainly asked for, or empty
     * @param patterns canonical ids of all that is asked for
     */
    public List<Fact> read(String text, List<Word> words, String mainPattern, List<String> patterns) {
        List<String> asked = ordered(mainPattern, patterns);
        List<Amount> amounts = new NumberReader(text, words, book.isAny("geographic", asked)).read();
        Surroundings around = new Surroundings(text, words, amounts, book.words());
        List<Claim> claims = claims(around, amounts, asked);
        List<Fact> facts = new ArrayList<>();
        List<Fact> further = new ArrayList<>();
        boolean replicasOfEach = false;
        for (Claim claim : settle(claims)) {
            facts.addAll(facts(around, claim));
            further.addAll(counted(around, claim, asked));
            replicasOfEach |=
                    claim.role().equals("replicas") && claim.subject().traits().contains(Trait.EACH);
        }
        facts.sort(Comparator.comparingInt(Fact::start));
        facts.addAll(further);
        return new Derivations(unique(facts), replicasOfEach).complete(asked, book);
    }

    private static List<String> ordered(String mainPattern, List<String> patterns) {
        Set<String> asked = new LinkedHashSet<>();
        if (!mainPattern.isEmpty()) {
            asked.add(mainPattern);
        }
        asked.addAll(patterns);
        return List.copyOf(asked);
    }

    private List<Claim> claims(Surroundings around, List<Amount> amounts, List<String> asked) {
        List<Claim> claims = new ArrayList<>();
        Set<Amount> free = new LinkedHashSet<>(amounts);
        for (Pace pace : new PaceFinder(around, book, book.isAny("limiting", asked)).find()) {
            List<Claim> paceClaims = claims(around, Subject.of(around, book, pace), asked);
            if (!paceClaims.isEmpty()) {
                claims.addAll(paceClaims);
                free.remove(pace.count());
                free.remove(pace.period());
            }
        }
        free.removeIf(amount -> amount.form() == Amount.Form.ADVERB);
        for (Amount amount : free) {
            claims.addAll(claims(around, Subject.of(around, book, amount), asked));
        }
        return claims;
    }

    private List<Claim> claims(Surroundings around, Subject subject, List<String> asked) {
        Map<String, Double> scores = judge.scores(around, subject, asked);
        double highest =
                scores.values().stream().mapToDouble(score -> score).max().orElse(0);
        return scores.entrySet().stream()
                .map(score -> new Claim(score.getKey(), score.getValue(), subject, score.getValue() == highest))
                .filter(claim -> claim.score() >= (claim.first() ? AT_LEAST : SECOND_CHOICE))
                .sorted(Comparator.comparingDouble((Claim claim) -> -claim.score()))
                .toList();
    }

    /** Gives each amount at most one role and each role at most one amount. */
    private static List<Claim> settle(List<Claim> claims) {
        List<Claim> open = new ArrayList<>(claims);
        List<Claim> settled = new ArrayList<>();
        while (!open.isEmpty()) {
            Claim best = best(open);
            settled.add(best);
            open.removeIf(claim ->
                    claim.subject().equals(best.subject()) || claim.role().equals(best.role()));
        }
        return settled;
    }

    /** The strongest claim, or an earlier one to the same role that is about as strong. */
    private static Claim best(List<Claim> open) {
        Claim strongest = open.get(0);
        for (Claim claim : open) {
            if (claim.score() > strongest.score()) {
                strongest = claim;
            }
        }
        Claim best = strongest;
        for (Claim claim : open) {
            boolean sooner = isPreferred(claim, best);
            boolean near = strongest.score() - claim.score() < CLEARLY_BETTER;
            if (claim.role().equals(best.role()) && claim.first() && sooner && near) {
                best = claim;
            }
        }
        return best;
    }

    private static boolean isPreferred(Claim claim, Claim best) {
        Amount amount = claim.subject().amount();
        Amount other = best.subject().amount();
        if (POPULATIONS.contains(claim.role())) {
            if (amount.value() >= other.value() * MUCH_LARGER) {
                return true;
            }
            if (other.value() >= amount.value() * MUCH_LARGER) {
                return false;
            }
        }
        return amount.start() < other.start();
    }

    private static List<Fact> facts(Surroundings around, Claim claim) {
        Subject subject = claim.subject();
        Amount amount = subject.amount();
        Optional<Pace> pace = subject.pace();
        if (claim.role().equals("limit") && amount.is(Dimension.RATE)) {
            Amount count = pace.map(Pace::count).orElse(amount.withValue(amount.value() * amount.unit(), amount.end()));
            Amount period = pace.map(Pace::period).orElse(amount.withValue(amount.unit(), amount.end()));
            return List.of(
                    fact(around, "limit", count, "1", subject.nounWord()),
                    fact(around, "window_seconds", period, "s", -1));
        }
        return switch (claim.role()) {
            case "latency_ms" ->
                List.of(fact(around, claim.role(), amount.withValue(amount.value() * 1000, amount.end()), "ms", -1));
            case "days" ->
                List.of(fact(
                        around, claim.role(), amount.withValue(amount.value() / Units.DAY, amount.end()), "1", -1));
            default ->
                List.of(fact(
                        around,
                        claim.role(),
                        amount,
                        amount.dimension().unit(),
                        pace.isPresent() ? -1 : subject.nounWord()));
        };
    }

    /** A fact whose words reach to the noun, where one is named close behind the number. */
    private static Fact fact(Surroundings around, String name, Amount amount, String unit, int nounWord) {
        boolean near = nounWord >= 0 && around.word(nounWord).start() >= amount.end();
        int end = near ? around.word(nounWord).end() : amount.end();
        return new Fact(
                name, amount.value(), unit, around.text(amount.start(), end), amount.start(), end, Origin.ASKED);
    }

    /** What a pace counts is also so many: "3,200 machines per minute". */
    private static List<Fact> counted(Surroundings around, Claim claim, List<String> asked) {
        Subject subject = claim.subject();
        Optional<String> role = subject.noun()
                .filter(noun ->
                        claim.role().equals("rate_per_second") && !noun.name().equals("flow"))
                .filter(noun ->
                        subject.pace().filter(pace -> pace.count().value() > 1).isPresent())
                .map(noun -> noun.roleIn(asked))
                .filter(POPULATIONS::contains);
        return role
                .map(name -> {
                    Fact fact = fact(around, name, subject.pace().orElseThrow().count(), "1", subject.nounWord());
                    return new Fact(
                            name, fact.value(), fact.unit(), fact.from(), fact.start(), fact.end(), Origin.DERIVED);
                })
                .stream()
                .toList();
    }

    private static List<Fact> unique(List<Fact> facts) {
        List<Fact> unique = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (Fact fact : facts) {
            if (names.add(fact.name())) {
                unique.add(fact);
            }
        }
        return unique;
    }
}
