package dev.keywright.expert.workload;

import static dev.keywright.expert.workload.Dimension.COUNT;
import static dev.keywright.expert.workload.Dimension.RATE;
import static dev.keywright.expert.workload.Dimension.SHARE;
import static dev.keywright.expert.workload.Dimension.TIME;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.workload.Amount.Form;
import dev.keywright.expert.workload.Units.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the numbers of one text with their units, in digits or words. One use, one thread. */
final class NumberReader {

    /** A text with more numbers than this is data, not a task. */
    private static final int MOST_AMOUNTS = 500;

    private static final Set<String> IMPLY_ONE = WordList.of("""
            per every each any last past previous another / single prior by
            """);
    private static final Set<String> BEFORE_UNIT = WordList.of("""
            calendar full single whole rolling sliding business working given entire
            """);

    /** "a second" is a time before these, and a second one before all other words. */
    private static final Set<String> AFTER_A_SECOND = WordList.of("""
            old later ago stale long behind late max maximum tops delay lag worth hits hit come arrive go must
            peak average sustained during each per
            """);

    /** The commands that take a key and then a time, with the seconds in one unit of it. */
    private static final Map<String, Double> EXPIRING =
            Map.of("EXPIRE", 1.0, "SETEX", 1.0, "PEXPIRE", 1e-3, "PSETEX", 1e-3);

    private static final Set<String> RESET = WordList.of("""
            reset resets anew afresh again zero over cleared back fresh refilled renewed restarts
            """);

    private static final Set<String> SOFTENERS =
            Set.of("under", "below", "about", "around", "roughly", "maybe", "perhaps", "less", "than", "almost");
    private static final Set<String> ENDINGS_OF_LIST = Set.of("to", "or", "through", "till", "bis", "up");

    private final TokenList tokens;
    private final Clutter clutter;
    private final LoneLetter letters;
    private final UnitFinder units;
    private final BareNumbers numbers;

    /** @param geographic whether the text is about places, so that 500m are metres */
    NumberReader(String text, List<Word> words, boolean geographic) {
        this.tokens = new TokenList(text);
        this.clutter = new Clutter(text, tokens);
        this.letters = new LoneLetter(tokens, geographic);
        this.units = new UnitFinder(tokens, letters, words, geographic);
        this.numbers = new BareNumbers(tokens, clutter, letters, units);
    }

    /** A number or amount and the first token after it. */
    private record Found(Amount amount, int next) {}

    /** All amounts, in the order of the text; none overlap. */
    List<Amount> read() {
        List<Amount> amounts = new ArrayList<>();
        int i = 0;
        while (i < tokens.size() && amounts.size() < MOST_AMOUNTS) {
            Optional<Found> found = amountAt(i);
            if (found.isEmpty()) {
                i++;
                continue;
            }
            Found whole = range(i, found.get());
            boolean often = tokens.isAny(i - 1, "every", "each") && whole.amount.form() != Form.ADVERB;
            amounts.add(often ? whole.amount.asInterval() : whole.amount);
            i = whole.next;
        }
        return amounts;
    }

    private Optional<Found> amountAt(int i) {
        return frequency(i)
                .or(() -> byMidnight(i))
                .or(() -> nines(i))
                .or(() -> written(i))
                .or(() -> one(i))
                .or(() -> adverb(i));
    }

    /** An amount with its number written out. */
    private Optional<Found> written(int i) {
        return numbers.at(i).map(value -> measure(i, value)).filter(found -> !clutter.isClockAt(found.next));
    }

    /** Gives a number its unit. */
    private Found measure(int first, BareNumber number) {
        int at = number.next();
        int start = tokens.at(first).start();
        if (tokens.is(at, "%") || (tokens.is(at, "per") && tokens.is(at + 1, "cent"))) {
            int next = tokens.is(at, "%") ? at + 1 : at + 2;
            return new Found(Amount.of(SHARE, number.value(), 1, start, tokens.end(next)), next);
        }
        int u = tokens.isHyphen(at)
                        && tokens.at(at + 1).isWord()
                        && tokens.at(at + 1).glued()
                ? at + 1
                : at;
        Optional<Unit> unit = units.behind(u, number);
        double expiry = unit.isEmpty() && number.next() == first + 1 ? expiryUnit(first) : 0;
        if (expiry > 0) {
            double seconds = number.value() * expiry;
            return new Found(Amount.of(TIME, seconds, expiry, start, tokens.end(number.next())), number.next());
        }
        if (unit.isEmpty()) {
            return new Found(Amount.of(COUNT, number.value(), 1, start, tokens.end(number.next())), number.next());
        }
        Unit known = unit.get();
        return switch (known.dimension()) {
            case RATE -> rate(start, number, known, u + 1);
            case TIME -> time(start, number, known, u + 1);
            default ->
                new Found(
                        Amount.of(
                                known.dimension(),
                                number.value() * known.factor(),
                                known.factor(),
                                start,
                                tokens.end(u + 1)),
                        u + 1);
        };
    }

    /** The seconds in one unit of a number that a command takes as a time: PX 5000, EXPIRE k 60; else 0. */
    private double expiryUnit(int i) {
        Token option = tokens.at(i - 1);
        if (option.text().equals("EX") || option.is("px")) {
            return option.is("px") ? 1e-3 : 1;
        }
        int key = i - 1;
        while (tokens.at(key).glued()) {
            key--;
        }
        return EXPIRING.getOrDefault(tokens.at(key - 1).text(), 0.0);
    }

    /** "from midnight to midnight", "reset every midnight", "starts anew at midnight": day by day. */
    private Optional<Found> byMidnight(int i) {
        if (!tokens.is(i, "midnight")) {
            return Optional.empty();
        }
        for (int to = i + 1; to <= i + 2; to++) {
            if (tokens.isAny(to, "to", "till", "until", "and") && tokens.is(to + 1, "midnight")) {
                return Optional.of(byDay(i, to + 2));
            }
        }
        boolean again = tokens.isAny(i - 1, "every", "each");
        for (int w = i - 2; w >= i - 5 && tokens.is(i - 1, "at"); w--) {
            again |= RESET.contains(tokens.at(w).lower());
        }
        return again ? Optional.of(byDay(i, i + 1)) : Optional.empty();
    }

    private Found byDay(int i, int next) {
        int start = tokens.at(i).start();
        return new Found(new Amount(TIME, Units.DAY, Units.DAY, start, tokens.end(next), Form.ADVERB), next);
    }

    private Found rate(int start, BareNumber number, Unit unit, int next) {
        boolean per = tokens.is(next, "/") || tokens.is(next, "per") || tokens.is(next, "a");
        Optional<Unit> period = per ? units.alone(next + 1) : Optional.empty();
        int after = period.isPresent() ? next + 2 : next;
        double seconds = period.map(Unit::factor).orElse(unit.factor());
        return new Found(Amount.of(RATE, number.value() / seconds, seconds, start, tokens.end(after)), after);
    }

    /** Adds what follows to a time: "2h30m", "1 hour and 30 minutes", "a day and a half". */
    private Found time(int start, BareNumber number, Unit unit, int next) {
        double seconds = number.value() * unit.factor();
        int and = tokens.is(next, "and") ? next + 1 : next;
        Optional<BareNumber> part = and > next ? numbers.part(and) : Optional.empty();
        if (part.isPresent()) {
            return found(
                    start,
                    seconds + part.get().value() * unit.factor(),
                    unit,
                    part.get().next());
        }
        Optional<BareNumber> more = numbers.at(and);
        if (more.isPresent()) {
            Optional<Unit> smaller = units.behind(more.get().next(), more.get());
            boolean fits = smaller.isPresent()
                    && smaller.get().dimension() == TIME
                    && smaller.get().factor() < unit.factor()
                    && more.get().value() * smaller.get().factor() < unit.factor();
            if (fits) {
                double sum = seconds + more.get().value() * smaller.get().factor();
                return found(start, sum, unit, more.get().next() + 1);
            }
        }
        return found(start, seconds, unit, next);
    }

    private Found found(int start, double seconds, Unit unit, int next) {
        return new Found(Amount.of(TIME, seconds, unit.factor(), start, tokens.end(next)), next);
    }

    /** A unit without a number: "a minute", "per day", "every hour", "in the last week". */
    private Optional<Found> one(int i) {
        boolean article = tokens.is(i, "a") || tokens.is(i, "an") || tokens.is(i, "one");
        boolean after =
                i > 0 && IMPLY_ONE.contains(tokens.at(i - 1).lower()) && !tokens.isHyphen(i - 2) || isHyphenedPer(i);
        int first = article ? i + 1 : i;
        int u = first;
        while (BEFORE_UNIT.contains(tokens.at(u).lower()) && u - first < 2) {
            u++;
        }
        if (tokens.is(u, "night") && !article && !tokens.isAny(i - 1, "per", "each", "every", "/")) {
            return Optional.empty();
        }
        Optional<Unit> unit = article || after || joinsPer(i) ? units.alone(u) : Optional.empty();
        if (unit.isEmpty() || (!article && unit.get().dimension() != TIME) || isOrdinal(u) || tokens.isHyphen(u + 1)) {
            return Optional.empty();
        }
        Unit known = unit.get();
        if ((article || after) && known.dimension() == TIME && tokens.is(u + 1, "and")) { // a day and a half
            Found time = time(tokens.at(i).start(), new BareNumber(1, u, false), known, u + 1);
            if (time.next > u + 1) {
                return Optional.of(time);
            }
        }
        int start = tokens.at(article ? i : first).start();
        return Optional.of(new Found(
                new Amount(known.dimension(), known.factor(), known.factor(), start, tokens.end(u + 1), Form.IMPLIED),
                u + 1));
    }

    /** "a per-minute counter". */
    private boolean isHyphenedPer(int i) {
        return tokens.isHyphen(i - 1)
                && tokens.at(i - 1).glued()
                && tokens.at(i).glued()
                && tokens.is(i - 2, "per");
    }

    /** "per user and minute", "req/user/min": the period after a first "per". */
    private boolean joinsPer(int i) {
        boolean joined = tokens.is(i - 1, "and") || tokens.is(i - 1, "/");
        return joined
                && (tokens.is(i - 3, "per")
                        || tokens.is(i - 3, "/")
                        || tokens.is(i - 4, "per")
                        || tokens.is(i - 3, "each"));
    }

    private boolean isOrdinal(int u) {
        if (!tokens.is(u, "second") || isHyphenedPer(u) || tokens.isAny(u - 1, "per", "/", "one")) {
            return false;
        }
        Token next = tokens.at(u + 1);
        return next.isWord() && !Clutter.isFunctionWord(next.lower()) && !AFTER_A_SECOND.contains(next.lower());
    }

    /** "once per minute", "twice a day" as the time between two. */
    private Optional<Found> frequency(int i) {
        int count = tokens.is(i, "once") ? 1 : tokens.is(i, "twice") ? 2 : tokens.is(i, "thrice") ? 3 : 0;
        boolean linked = tokens.is(i + 1, "a")
                || tokens.is(i + 1, "an")
                || tokens.is(i + 1, "per")
                || tokens.is(i + 1, "every")
                || tokens.is(i + 1, "each");
        if (count == 0 || !linked) {
            return Optional.empty();
        }
        boolean article = tokens.is(i + 1, "a") || tokens.is(i + 1, "an");
        Optional<Found> period = one(article ? i + 1 : i + 2).or(() -> written(i + 2));
        return period.filter(found -> found.amount.is(TIME))
                .map(found -> new Found(
                        new Amount(
                                TIME,
                                found.amount.value() / count,
                                found.amount.unit(),
                                tokens.at(i).start(),
                                found.amount.end(),
                                Form.INTERVAL),
                        found.next));
    }

    /** "five nines" of availability. */
    private Optional<Found> nines(int i) {
        if (!tokens.is(i + 1, "nines") && !tokens.is(i + 1, "9s")) {
            return Optional.empty();
        }
        return numbers.at(i)
                .filter(number -> number.value() >= 2 && number.value() <= 9 && number.next() == i + 1)
                .map(number -> new Found(
                        Amount.of(
                                SHARE,
                                100 - Math.pow(10, 2 - number.value()),
                                1,
                                tokens.at(i).start(),
                                tokens.end(i + 2)),
                        i + 2));
    }

    private Optional<Found> adverb(int i) {
        Token token = tokens.at(i);
        return token.isWord()
                ? Units.adverb(token.lower())
                        .map(seconds -> new Found(
                                new Amount(TIME, seconds, seconds, token.start(), token.end(), Form.ADVERB), i + 1))
                : Optional.empty();
    }

    /** "5 to 8 seconds", "5-8s", "between 5 and 8": the upper bound, with both in the words. */
    private Found range(int i, Found low) {
        int link = low.next;
        boolean between = tokens.isAny(i - 1, "between") && tokens.is(link, "and");
        boolean dash = tokens.isHyphen(link) || tokens.is(link, "~");
        boolean dots = tokens.is(link, ".") && tokens.is(link + 1, ".");
        if (low.amount.implied()
                || !(between
                        || dash
                        || dots
                        || ENDINGS_OF_LIST.contains(tokens.at(link).lower()))) {
            return low;
        }
        int second = dots ? link + 2 : tokens.is(link, "up") && tokens.is(link + 1, "to") ? link + 2 : link + 1;
        while (SOFTENERS.contains(tokens.at(second).lower()) && second - link < 4) {
            second++;
        }
        boolean signed = tokens.isHyphen(link) && tokens.at(second).isNumber();
        Optional<Found> high =
                (signed && dash ? unsigned(second) : written(second)).filter(found -> !found.amount.implied());
        if (high.isEmpty()) {
            return low;
        }
        Amount upper = high.get().amount;
        boolean bare = low.amount.is(COUNT);
        boolean same = low.amount.dimension() == upper.dimension();
        boolean grows =
                same ? low.amount.value() <= upper.value() : bare && low.amount.value() * upper.unit() <= upper.value();
        boolean target = tokens.is(link, "to") && tokens.isAny(i - 1, "from") && (same || bare);
        if (!target && !(grows && (same || bare))) {
            return low;
        }
        if (tokens.is(link, "or") && same && upper.value() > 10 * low.amount.value()) {
            return low;
        }
        return new Found(upper.startingAt(low.amount.start()), high.get().next);
    }

    /** The number behind the dash of a range, where the dash is no minus. */
    private Optional<Found> unsigned(int i) {
        Token token = tokens.at(i);
        return token.isNumber()
                ? Optional.of(measure(i, numbers.scaled(new BareNumber(token.value(), i + 1, false))))
                : Optional.empty();
    }
}
