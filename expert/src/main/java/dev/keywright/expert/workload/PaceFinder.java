package dev.keywright.expert.workload;

import dev.keywright.expert.workload.Amount.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Finds which number and which time belong together as so many per so long. */
final class PaceFinder {

    private static final int REACH = 7;
    private static final Set<String> FLOWING = Set.of("flow", "verdict", "attempt", "times");
    private static final Set<String> PER = Set.of("per", "each", "a", "an", "every", "any");
    private static final Set<String> WITHIN = Set.of("in", "within", "over", "during", "inside", "of", "any");
    private static final Set<String> LOOSE = WordList.of("""
            one the same single rolling sliding moving last any
            """);
    /** One thing that is done in so long is no number of things in so long. */
    private static final Set<String> DONE = WordList.of("""
            is are be was done finished ready complete completed processed handled rendered answered runs takes needs
            """);

    private static final Set<String> STRETCH = Set.of("period", "stretch", "span", "window", "interval", "timeframe");
    private static final Set<String> NO_LINK = WordList.of("""
            for after than until least to from before under below takes last lasts expire expires keep kept
            since then about around with by at is
            """);

    private final Surroundings around;
    private final RoleBook book;
    private final boolean limiting;

    PaceFinder(Surroundings around, RoleBook book, boolean limiting) {
        this.around = around;
        this.book = book;
        this.limiting = limiting;
    }

    /** All paces, in the order of the text; no amount is in two. */
    List<Pace> find() {
        List<Amount> amounts = around.amounts();
        List<Pace> paces = new ArrayList<>();
        boolean[] used = new boolean[amounts.size()];
        for (int i = 0; i + 1 < amounts.size(); i++) {
            if (!used[i] && !used[i + 1]) {
                Optional<Pace> pace = forward(amounts.get(i), amounts.get(i + 1));
                used[i + 1] = pace.isPresent();
                used[i] |= pace.isPresent();
                pace.ifPresent(paces::add);
            }
        }
        if (limiting) {
            overOne(amounts, paces, used);
        }
        shareLater(amounts, paces, used);
        for (int i = 0; i + 1 < amounts.size(); i++) {
            if (!used[i] && !used[i + 1]) {
                Optional<Pace> pace = backward(amounts.get(i), amounts.get(i + 1));
                used[i + 1] = pace.isPresent();
                used[i] |= pace.isPresent();
                pace.ifPresent(paces::add);
            }
        }
        paces.sort((a, b) -> Integer.compare(a.rate().start(), b.rate().start()));
        return paces;
    }

    /** "no more than 3 times to one viewer in 24 hours": the one between is no number of what happens. */
    private void overOne(List<Amount> amounts, List<Pace> paces, boolean[] used) {
        for (int i = 0; i + 2 < amounts.size(); i++) {
            Amount one = amounts.get(i + 1);
            boolean between = one.is(Dimension.COUNT)
                    && one.value() == 1
                    && around.text(one.start(), one.end()).equals("one");
            if (between && !used[i]) {
                Optional<Pace> pace = forward(amounts.get(i), amounts.get(i + 2));
                if (pace.isPresent()) {
                    paces.removeIf(other -> other.count().equals(one));
                    used[i] = true;
                    used[i + 1] = true;
                    used[i + 2] = true;
                    paces.add(pace.get());
                }
            }
        }
    }

    /** "40k reads and 5k writes a second": the first number shares the period of the second and holds both. */
    private void shareLater(List<Amount> amounts, List<Pace> paces, boolean[] used) {
        if (limiting) {
            return;
        }
        for (int p = 0; p < paces.size(); p++) {
            Pace pace = paces.get(p);
            int i = amounts.indexOf(pace.count()) - 1;
            if (i >= 0 && !used[i] && amounts.get(i).is(Dimension.COUNT) && isJoined(amounts.get(i), pace.count())) {
                Amount first = amounts.get(i);
                used[i] = true;
                paces.set(
                        p,
                        new Pace(
                                first.withValue(first.value() + pace.count().value(), first.end()),
                                pace.period(),
                                pace.within()));
            }
        }
    }

    private boolean isJoined(Amount first, Amount second) {
        int and = around.before(second);
        return Set.of("and", "plus").contains(around.lower(and))
                && and - around.after(first) <= 2
                && (isFlowBehind(first) || isFlowBehind(second));
    }

    /** "100 requests per minute". */
    private Optional<Pace> forward(Amount count, Amount period) {
        if (!count.is(Dimension.COUNT) || !period.is(Dimension.TIME)) {
            return Optional.empty();
        }
        int first = around.after(count);
        int last = around.before(period);
        boolean slash = last < first;
        if (limiting && isByMidnight(period)) { // "500 translations, counted from midnight to midnight"
            boolean near = last - first < REACH + 2 && around.sameSentence(Math.max(first - 1, 0), last);
            return near ? Optional.of(new Pace(count, period, false)) : Optional.empty();
        }
        if (last - first >= REACH || !isOnePhrase(first - 1, last + 1)) {
            return Optional.empty();
        }
        String link = slash ? "" : around.lower(last);
        int back = last;
        while (back >= first && LOOSE.contains(around.lower(back)) && back > last - 3) {
            back--;
        }
        if (link.equals("of") && STRETCH.contains(around.lower(last - 1))) { // "inside any period of 10 seconds"
            back = last - 2;
            while (back >= first && LOOSE.contains(around.lower(back)) && back > last - 5) {
                back--;
            }
        }
        String before = back >= first ? around.lower(back) : "";
        boolean often = period.interval() || link.equals("every") || link.equals("each");
        if (period.form() == Form.ADVERB && last < first && isPersonBehind(count)) { // 900k monthly users
            return Optional.empty();
        }
        if (period.form() == Form.ADVERB && endsWithNoun(count, last)) {
            return Optional.of(new Pace(count, period, false));
        }
        if (often) {
            return isFlow(count, first, last) ? Optional.of(new Pace(count, period, false)) : Optional.empty();
        }
        if (link.equals("per") || link.equals("by") && period.implied() && isFlowBehind(count)) {
            return Optional.of(new Pace(count, period, false));
        }
        boolean article =
                period.implied() && !WITHIN.contains(before) && !NO_LINK.contains(link) && !PER.contains(link);
        if (article) {
            return Optional.of(new Pace(count, period, false));
        }
        if (isSlash(count, period)) {
            return Optional.of(new Pace(count, period, false));
        }
        boolean few = count.value() == 1 || !limiting && period.value() < 1;
        if (few && isDoneBetween(first, last)) { // "the work for one order is done in 2 seconds"
            return Optional.empty();
        }
        boolean within = WITHIN.contains(before) && !before.equals("of") || before.equals("per");
        return within ? Optional.of(new Pace(count, period, !before.equals("per"))) : Optional.empty();
    }

    private boolean isByMidnight(Amount period) {
        return period.form() == Form.ADVERB
                && around.text(period.start(), period.end())
                        .toLowerCase(Locale.ROOT)
                        .endsWith("midnight");
    }

    private boolean isDoneBetween(int first, int last) {
        for (int w = first; w <= last; w++) {
            if (DONE.contains(around.lower(w))) {
                return true;
            }
        }
        return false;
    }

    private boolean isSlash(Amount count, Amount period) {
        return around.textBetween(count, period).stripTrailing().endsWith("/");
    }

    /** "per day each tenant gets 10,000 calls", "a daily limit of 500", "in any hour no more than 20 codes". */
    private Optional<Pace> backward(Amount period, Amount count) {
        if (!period.is(Dimension.TIME) || !count.is(Dimension.COUNT)) {
            return Optional.empty();
        }
        int first = around.after(period);
        int last = around.before(count);
        int link = around.before(period);
        String before = around.lower(link);
        boolean near = last - first < REACH + 2 && around.sameSentence(Math.max(link, 0), last);
        boolean each = period.implied() && (PER.contains(before) || period.interval());
        boolean inside = limiting && (before.equals("in") || before.equals("within") || LOOSE.contains(before));
        boolean counts = limiting || isFlowBehind(count);
        return near && counts && (each || inside || period.interval() && limiting)
                ? Optional.of(new Pace(count, period, inside && !each))
                : Optional.empty();
    }

    private boolean isOnePhrase(int from, int to) {
        for (int w = Math.max(from, 0); w < to; w++) {
            if (around.endsPhrase(w) || !around.sameSentence(w, w + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the number counts what happens, so that "every 10 seconds" belongs to it and not to what others do. */
    private boolean isFlow(Amount count, int first, int last) {
        int words = around.lower(last).isEmpty() || !PER.contains(around.lower(last)) ? last - first + 1 : last - first;
        return words <= 0 || (words <= 3 && (limiting || isFlowBehind(count)));
    }

    private boolean endsWithNoun(Amount count, int last) {
        return CountedNoun.of(around, book, count)
                .filter(noun -> noun.word() == last)
                .isPresent();
    }

    private boolean isPersonBehind(Amount count) {
        return !isFlowBehind(count)
                && CountedNoun.of(around, book, count)
                        .filter(CountedNoun::behind)
                        .isPresent();
    }

    private boolean isFlowBehind(Amount count) {
        return CountedNoun.of(around, book, count)
                .filter(noun -> isFlowWord(noun.word()))
                .isPresent();
    }

    private boolean isFlowWord(int w) {
        return book.noun(around.stem(w))
                .filter(noun -> FLOWING.contains(noun.name()))
                .isPresent();
    }
}
