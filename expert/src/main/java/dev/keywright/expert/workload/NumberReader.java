package dev.keywright.expert.workload;

import static dev.keywright.expert.workload.Dimension.COUNT;
import static dev.keywright.expert.workload.Dimension.LENGTH;
import static dev.keywright.expert.workload.Dimension.RATE;
import static dev.keywright.expert.workload.Dimension.SHARE;
import static dev.keywright.expert.workload.Dimension.TIME;

import dev.keywright.expert.task.Word;
import dev.keywright.expert.workload.Amount.Form;
import dev.keywright.expert.workload.Units.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the numbers of one text with their units, in digits or words. One use, one thread. */
final class NumberReader {

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

    private static final Set<String> SOFTENERS =
            Set.of("under", "below", "about", "around", "roughly", "maybe", "perhaps", "less", "than", "almost");
    private static final Set<String> OBJECT_OF = Set.of("from", "by", "than", "as", "into");
    private static final Set<String> ENDINGS_OF_LIST = Set.of("to", "or", "through", "till", "bis", "up");

    private final List<Token> tokens;
    private final Clutter clutter;
    private final LoneLetter letters;
    private final boolean geographic;
    private final Map<Integer, String> mended = new HashMap<>();

    /** @param geographic whether the text is about places, so that 500m are metres */
    NumberReader(String text, List<Word> words, boolean geographic) {
        this.tokens = Tokens.of(text);
        this.clutter = new Clutter(text, tokens);
        this.letters = new LoneLetter(tokens, geographic);
        this.geographic = geographic;
        words.forEach(word -> mended.put(word.start(), word.stem()));
    }

    /** A number or amount and the first token after it. */
    private record Found(Amount amount, int next) {}

    /** A bare number; scaled when a word such as million multiplied it. */
    private record Value(double value, int next, boolean scaled) {}

    /** All amounts, in the order of the text; none overlap. */
    List<Amount> read() {
        List<Amount> amounts = new ArrayList<>();
        int i = 0;
        while (i < tokens.size()) {
            Optional<Found> found = amountAt(i);
            if (found.isEmpty()) {
                i++;
                continue;
            }
            Found whole = range(i, found.get());
            amounts.add(isAfter(i, "every", "each") ? whole.amount.asInterval() : whole.amount);
            i = whole.next;
        }
        return amounts;
    }

    private Optional<Found> amountAt(int i) {
        return frequency(i)
                .or(() -> nines(i))
                .or(() -> written(i))
                .or(() -> one(i))
                .or(() -> adverb(i));
    }

    /** An amount with its number written out. */
    private Optional<Found> written(int i) {
        return value(i).map(value -> measure(i, value)).filter(found -> !clutter.isClockAt(found.next));
    }

    /** Gives a number its unit. */
    private Found measure(int first, Value number) {
        int at = number.next;
        int start = tokens.get(first).start();
        if (is(at, "%") || (is(at, "per") && is(at + 1, "cent"))) {
            int next = is(at, "%") ? at + 1 : at + 2;
            return new Found(Amount.of(SHARE, number.value, 1, start, end(next)), next);
        }
        int u = isHyphen(at) && at(at + 1).isWord() && at(at + 1).glued() ? at + 1 : at;
        Optional<Unit> unit = unitAt(u, number);
        if (unit.isEmpty()) {
            return new Found(Amount.of(COUNT, number.value, 1, start, end(number.next)), number.next);
        }
        Unit known = unit.get();
        return switch (known.dimension()) {
            case RATE -> rate(start, number, known, u + 1);
            case TIME -> time(start, number, known, u + 1);
            default ->
                new Found(
                        Amount.of(known.dimension(), number.value * known.factor(), known.factor(), start, end(u + 1)),
                        u + 1);
        };
    }

    private Optional<Unit> unitAt(int u, Value number) {
        Token token = at(u);
        if (!token.isWord()) {
            return Optional.empty();
        }
        Optional<Unit> letter = letters.unit(u, number.value, number.scaled);
        if (letter.isPresent() || token.text().length() == 1 && letters.isScale(u, number.value)) {
            return letter;
        }
        if (!token.glued() && token.text().length() == 1 && !letters.mayStandApart(token)) {
            return Optional.empty();
        }
        return Units.named(token.lower())
                .or(() -> Units.ofStem(mended.getOrDefault(token.start(), "")))
                .filter(unit -> unit.dimension() != LENGTH || !isCountedMeter(u, number));
    }

    /** "400,000 meters", "40 million meter readings": the meters that are read, not those that are walked. */
    private boolean isCountedMeter(int u, Value number) {
        boolean meter = at(u).is("meter") || at(u).is("meters");
        return meter
                && !geographic
                && (number.value >= 5000 || CountedNoun.isPlural(at(u + 1).lower()));
    }

    private Found rate(int start, Value number, Unit unit, int next) {
        boolean per = is(next, "/") || is(next, "per") || is(next, "a");
        Optional<Unit> period = per ? loneUnit(next + 1) : Optional.empty();
        int after = period.isPresent() ? next + 2 : next;
        double seconds = period.map(Unit::factor).orElse(unit.factor());
        return new Found(Amount.of(RATE, number.value / seconds, seconds, start, end(after)), after);
    }

    /** Adds what follows to a time: "2h30m", "1 hour and 30 minutes", "a day and a half". */
    private Found time(int start, Value number, Unit unit, int next) {
        double seconds = number.value * unit.factor();
        int and = is(next, "and") ? next + 1 : next;
        Optional<Value> part = and > next ? part(and) : Optional.empty();
        if (part.isPresent()) {
            return found(start, seconds + part.get().value * unit.factor(), unit, part.get().next);
        }
        Optional<Value> more = value(and);
        if (more.isPresent()) {
            Optional<Unit> smaller = unitAt(more.get().next, more.get());
            boolean fits = smaller.isPresent()
                    && smaller.get().dimension() == TIME
                    && smaller.get().factor() < unit.factor()
                    && more.get().value * smaller.get().factor() < unit.factor();
            if (fits) {
                double sum = seconds + more.get().value * smaller.get().factor();
                return found(start, sum, unit, more.get().next + 1);
            }
        }
        return found(start, seconds, unit, next);
    }

    private Found found(int start, double seconds, Unit unit, int next) {
        return new Found(Amount.of(TIME, seconds, unit.factor(), start, end(next)), next);
    }

    /** "a half", "a quarter", "three quarters" behind "and". */
    private Optional<Value> part(int i) {
        int at = is(i, "a") || is(i, "one") ? i + 1 : i;
        if (at > i && is(at, "half")) {
            return Optional.of(new Value(0.5, at + 1, false));
        }
        if (at > i && is(at, "quarter")) {
            return Optional.of(new Value(0.25, at + 1, false));
        }
        boolean three = is(i, "three") && is(i + 1, "quarters");
        return three ? Optional.of(new Value(0.75, i + 2, false)) : Optional.empty();
    }

    /** A number with what multiplies it. */
    private Optional<Value> value(int i) {
        Optional<Value> part = fraction(i);
        if (part.isPresent()) {
            return part;
        }
        Token token = at(i);
        Optional<Value> base = Optional.empty();
        if (token.isNumber()) {
            base = clutter.holds(i) ? base : Optional.of(new Value(token.value(), i + 1, false));
        } else if (token.isWord() && !isPronoun(i)) {
            base = SpokenNumber.at(tokens, i).map(this::spoken);
        }
        return base.map(this::withPart).map(this::scaled);
    }

    /** A number in words; of "a million and a half" the half is half a million. */
    private Value spoken(SpokenNumber number) {
        Optional<Value> part = is(number.next(), "and") ? part(number.next() + 1) : Optional.empty();
        boolean scaled = number.scale() >= 1000;
        return scaled && part.isPresent()
                ? new Value(number.value() + part.get().value * number.scale(), part.get().next, true)
                : new Value(number.value(), number.next(), scaled);
    }

    /** "2 and a half million": the half belongs to the number only when a unit or a multiplier follows. */
    private Value withPart(Value number) {
        if (!is(number.next, "and")) {
            return number;
        }
        Optional<Value> part = part(number.next + 1);
        boolean counts = part.isPresent() && (scaleAt(part.get().next) > 1 || isUnit(part.get().next));
        return counts ? new Value(number.value + part.get().value, part.get().next, number.scaled) : number;
    }

    private Value scaled(Value number) {
        double value = number.value;
        int at = number.next;
        double scale = 1;
        for (int times = 0; times < 2 && scaleOf(at, value) > 1; times++) {
            scale *= scaleOf(at, value);
            value *= scaleOf(at, value);
            at++;
        }
        if (at == number.next) {
            return number;
        }
        if (is(at, "and") && part(at + 1).isPresent()) { // a million and a half
            Value half = part(at + 1).get();
            return new Value(value + half.value * scale, half.next, true);
        }
        return new Value(value, at, true);
    }

    /** "half a", "three quarters of a", "1/2" before a unit or a multiplier. */
    private Optional<Value> fraction(int i) {
        int at = is(i, "a") && (is(i + 1, "half") || is(i + 1, "quarter")) ? i + 1 : i;
        double value = 0;
        if (is(at, "half")) {
            value = 0.5;
            at++;
        } else if (is(at, "quarter")) {
            value = 0.25;
            at++;
        } else if (is(at + 1, "quarters")) {
            value = is(at, "three") || is(at, "3") ? 0.75 : 0;
            at += 2;
        } else if (is(at + 1, "thirds") || (at(at).is("a") && is(at + 1, "third"))) {
            value = (is(at, "two") ? 2 : 1) / 3.0;
            at += 2;
        } else if (at(at).isPlainDigits() && is(at + 1, "/") && at(at + 2).isPlainDigits()) {
            value = at(at).value() < at(at + 2).value() && at(at + 2).value() <= 10
                    ? at(at).value() / at(at + 2).value()
                    : 0;
            at += 3;
        }
        if (value == 0) {
            return Optional.empty();
        }
        at += isHyphen(at) ? 1 : 0;
        at += is(at, "of") ? 1 : 0;
        at += is(at, "a") || is(at, "an") || is(at, "the") || is(at, "one") ? 1 : 0;
        double scale = is(at, "dozen") ? 1 : scaleAt(at);
        if (scale > 1) {
            return Optional.of(new Value(value * scale, at + 1, true));
        }
        return isUnit(at) ? Optional.of(new Value(value, at, false)) : Optional.empty();
    }

    /** A unit without a number: "a minute", "per day", "every hour", "in the last week". */
    private Optional<Found> one(int i) {
        boolean article = is(i, "a") || is(i, "an") || is(i, "one");
        boolean after = i > 0 && IMPLY_ONE.contains(tokens.get(i - 1).lower()) && !isHyphen(i - 2);
        int first = article ? i + 1 : i;
        int u = first;
        while (BEFORE_UNIT.contains(at(u).lower()) && u - first < 2) {
            u++;
        }
        if (is(u, "night") && !article && !isAfter(i, "per", "each", "every", "/")) {
            return Optional.empty();
        }
        Optional<Unit> unit = article || after || joinsPer(i) ? loneUnit(u) : Optional.empty();
        if (unit.isEmpty() || (!article && unit.get().dimension() != TIME) || isOrdinal(u) || isHyphen(u + 1)) {
            return Optional.empty();
        }
        Unit known = unit.get();
        if (article && known.dimension() == TIME && is(u + 1, "and")) { // a day and a half
            Found time = time(tokens.get(i).start(), new Value(1, u, false), known, u + 1);
            if (time.next > u + 1) {
                return Optional.of(time);
            }
        }
        int start = tokens.get(article ? i : first).start();
        return Optional.of(new Found(
                new Amount(known.dimension(), known.factor(), known.factor(), start, end(u + 1), Form.IMPLIED), u + 1));
    }

    /** "per user and minute", "req/user/min": the period after a first "per". */
    private boolean joinsPer(int i) {
        boolean joined = is(i - 1, "and") || is(i - 1, "/");
        return joined && (is(i - 3, "per") || is(i - 3, "/") || is(i - 4, "per") || is(i - 3, "each"));
    }

    private Optional<Unit> loneUnit(int u) {
        Token token = at(u);
        if (!token.isWord() || !Units.standsAlone(token.lower()) || token.text().indexOf('\'') > 0) {
            boolean slash = is(u - 1, "/") && token.isWord();
            return slash ? letters.period(u) : Optional.empty();
        }
        return Units.named(token.lower())
                .or(() -> Units.ofStem(mended.getOrDefault(token.start(), "")))
                .filter(unit -> unit.dimension() != RATE);
    }

    private boolean isOrdinal(int u) {
        if (!is(u, "second") || is(u - 1, "per") || is(u - 1, "/") || is(u - 1, "one")) {
            return false;
        }
        Token next = at(u + 1);
        return next.isWord() && !Clutter.isFunctionWord(next.lower()) && !AFTER_A_SECOND.contains(next.lower());
    }

    /** "once per minute", "twice a day" as the time between two. */
    private Optional<Found> frequency(int i) {
        int count = is(i, "once") ? 1 : is(i, "twice") ? 2 : is(i, "thrice") ? 3 : 0;
        boolean linked =
                is(i + 1, "a") || is(i + 1, "an") || is(i + 1, "per") || is(i + 1, "every") || is(i + 1, "each");
        if (count == 0 || !linked) {
            return Optional.empty();
        }
        boolean article = is(i + 1, "a") || is(i + 1, "an");
        Optional<Found> period = one(article ? i + 1 : i + 2).or(() -> written(i + 2));
        return period.filter(found -> found.amount.is(TIME))
                .map(found -> new Found(
                        new Amount(
                                TIME,
                                found.amount.value() / count,
                                found.amount.unit(),
                                tokens.get(i).start(),
                                found.amount.end(),
                                Form.INTERVAL),
                        found.next));
    }

    /** "five nines" of availability. */
    private Optional<Found> nines(int i) {
        if (!is(i + 1, "nines") && !is(i + 1, "9s")) {
            return Optional.empty();
        }
        return value(i).filter(number -> number.value >= 2 && number.value <= 9 && number.next == i + 1)
                .map(number -> new Found(
                        Amount.of(
                                SHARE,
                                100 - Math.pow(10, 2 - number.value),
                                1,
                                tokens.get(i).start(),
                                end(i + 2)),
                        i + 2));
    }

    private Optional<Found> adverb(int i) {
        Token token = at(i);
        return token.isWord()
                ? Units.adverb(token.lower())
                        .map(seconds -> new Found(
                                new Amount(TIME, seconds, seconds, token.start(), token.end(), Form.ADVERB), i + 1))
                : Optional.empty();
    }

    /** "5 to 8 seconds", "5-8s", "between 5 and 8": the upper bound, with both in the words. */
    private Found range(int i, Found low) {
        int link = low.next;
        boolean between = isAfter(i, "between") && is(link, "and");
        boolean dash = isHyphen(link) || is(link, "~");
        boolean dots = is(link, ".") && is(link + 1, ".");
        if (low.amount.implied() || !(between || dash || dots || ENDINGS_OF_LIST.contains(at(link).lower()))) {
            return low;
        }
        int second = dots ? link + 2 : is(link, "up") && is(link + 1, "to") ? link + 2 : link + 1;
        while (SOFTENERS.contains(at(second).lower()) && second - link < 4) {
            second++;
        }
        boolean signed = isHyphen(link) && at(second).isNumber();
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
        boolean target = is(link, "to") && isAfter(i, "from") && (same || bare);
        if (!target && !(grows && (same || bare))) {
            return low;
        }
        if (is(link, "or") && same && upper.value() > 10 * low.amount.value()) {
            return low;
        }
        return new Found(upper.startingAt(low.amount.start()), high.get().next);
    }

    /** The number behind the dash of a range, where the dash is no minus. */
    private Optional<Found> unsigned(int i) {
        Token token = at(i);
        return token.isNumber()
                ? Optional.of(measure(i, scaled(new Value(token.value(), i + 1, false))))
                : Optional.empty();
    }

    private boolean isPronoun(int i) {
        if (!is(i, "one")) {
            return false;
        }
        Token next = at(i + 1);
        if (is(i + 1, "per") || is(i + 1, "every") || is(i + 1, "each")) {
            return false;
        }
        boolean hyphened = isHyphen(i + 1) && !isUnit(i + 2);
        if (isUnit(i + 1)) {
            return false;
        }
        return hyphened
                || OBJECT_OF.contains(at(i - 1).lower())
                || !next.isWord() && !isHyphen(i + 1)
                || Clutter.isFunctionWord(next.lower())
                || is(i - 1, "no")
                || is(i - 1, "this")
                || is(i - 1, "that");
    }

    private double scaleOf(int i, double value) {
        return letters.isScale(i, value) ? letters.scale(i) : scaleAt(i);
    }

    private double scaleAt(int i) {
        Token token = at(i);
        boolean lone = token.text().length() == 1;
        return token.isWord() && !lone ? Units.scale(token.lower()).orElse(1.0) : 1;
    }

    private boolean isUnit(int i) {
        return is(i, "%")
                || loneUnit(i).isPresent()
                || at(i).isWord() && Units.named(at(i).lower()).isPresent();
    }

    private boolean isHyphen(int i) {
        Token token = at(i);
        return token.is("-") || token.is("–") || token.is("‑") || token.is("‐") || token.is("—");
    }

    private boolean isAfter(int i, String... words) {
        for (String word : words) {
            if (is(i - 1, word)) {
                return true;
            }
        }
        return false;
    }

    private boolean is(int i, String lower) {
        return at(i).is(lower);
    }

    private int end(int next) {
        return tokens.get(next - 1).end();
    }

    private Token at(int i) {
        return i >= 0 && i < tokens.size() ? tokens.get(i) : Clutter.NONE;
    }
}
