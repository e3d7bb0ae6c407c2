package dev.keywright.expert.workload;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the numbers of one text without their units: digits or words, fractions, and what multiplies them. */
final class BareNumbers {

    /** Behind these "one" is somebody or something. */
    private static final Set<String> OBJECT_OF = Set.of("from", "by", "than", "as", "into");

    private static final List<String> ORDINALS =
            List.of("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth");
    private static final Set<String> TRIED = WordList.of("""
            failure attempt try retry delivery login guess time error fail miss password pin code answer
            """);

    private static final int REACH = 8;
    private static final Set<String> REFUSING = WordList.of("""
            refuse reject deny block stop prevent forbid
            """);
    /** Before "the second" these deny something else: "nothing is lost when the second replica fails". */
    private static final Set<String> NEGATING = WordList.of("""
            nobody no none noone never not dont don't
            """);

    private static final Set<String> REFUSED = WordList.of("""
            refused rejected denied blocked dropped forbidden bounced declined 429
            """);

    private final TokenList tokens;
    private final Clutter clutter;
    private final LoneLetter letters;
    private final UnitFinder units;

    BareNumbers(TokenList tokens, Clutter clutter, LoneLetter letters, UnitFinder units) {
        this.tokens = tokens;
        this.clutter = clutter;
        this.letters = letters;
        this.units = units;
    }

    /** "a half", "a quarter", "three quarters" behind "and". */
    Optional<BareNumber> part(int i) {
        int at = tokens.is(i, "a") || tokens.is(i, "one") ? i + 1 : i;
        if (at > i && tokens.is(at, "half")) {
            return Optional.of(new BareNumber(0.5, at + 1, false));
        }
        if (at > i && tokens.is(at, "quarter")) {
            return Optional.of(new BareNumber(0.25, at + 1, false));
        }
        boolean three = tokens.is(i, "three") && tokens.is(i + 1, "quarters");
        return three ? Optional.of(new BareNumber(0.75, i + 2, false)) : Optional.empty();
    }

    /** A number with what multiplies it. */
    Optional<BareNumber> at(int i) {
        Optional<BareNumber> part =
                fraction(i).or(() -> ordinal(i)).or(() -> refused(i)).or(() -> capped(i));
        if (part.isPresent()) {
            return part;
        }
        Token token = tokens.at(i);
        Optional<BareNumber> base = Optional.empty();
        if (token.isNumber()) {
            base = clutter.holds(i) ? base : Optional.of(new BareNumber(token.value(), i + 1, false));
        } else if (token.isWord() && !isPronoun(i)) {
            base = SpokenNumber.at(tokens, i).map(this::spoken);
        }
        return base.map(this::withPart).map(this::scaled);
    }

    /** "after the third failure": so many of what is tried; everywhere else an ordinal counts nothing. */
    private Optional<BareNumber> ordinal(int i) {
        boolean digits = tokens.at(i).isPlainDigits()
                && tokens.at(i + 1).glued()
                && Clutter.isOrdinalEnding(tokens.at(i + 1).lower());
        int value = digits
                ? (int) tokens.at(i).value()
                : ORDINALS.indexOf(tokens.at(i).lower()) + 1;
        int next = digits ? i + 2 : i + 1;
        boolean after = tokens.is(i - 1, "after") || tokens.is(i - 1, "the") && tokens.is(i - 2, "after");
        boolean tried = TRIED.contains(tokens.at(next).lower())
                || TRIED.contains(tokens.at(next + 1).lower());
        return value > 1 && value < 100 && after && tried
                ? Optional.of(new BareNumber(value, next, false))
                : Optional.empty();
    }

    /** "nobody gets a fourth text within ten minutes": one less is allowed. */
    private Optional<BareNumber> refused(int i) {
        boolean digits = tokens.at(i).isPlainDigits()
                && tokens.at(i + 1).glued()
                && Clutter.isOrdinalEnding(tokens.at(i + 1).lower());
        double value =
                digits ? tokens.at(i).value() : ORDINALS.indexOf(tokens.at(i).lower()) + 1;
        int next = digits ? i + 2 : i + 1;
        boolean led = tokens.isAny(i - 1, "a", "an", "the", "any");
        boolean named = tokens.at(next).isWord()
                && !Clutter.isFunctionWord(tokens.at(next).lower());
        if (value < 2 || !led || !named || !hasPeriodAhead(next) || !isRefused(i, next)) {
            return Optional.empty();
        }
        return Optional.of(new BareNumber(value - 1, next, false));
    }

    private boolean isRefused(int i, int next) {
        for (int w = i - 1; w >= i - REACH && !tokens.isAny(w, ".", ";", ":"); w--) {
            String word = tokens.at(w).lower();
            if (REFUSING.contains(word) || NEGATING.contains(word) && !tokens.is(i - 1, "the")) {
                return true;
            }
        }
        for (int w = next; w <= next + 2 * REACH && !tokens.isAny(w, ".", ";"); w++) {
            if (REFUSED.contains(tokens.at(w).lower())) {
                return true;
            }
        }
        return false;
    }

    /** Whether "in ten minutes", "inside any hour" stands close behind. */
    private boolean hasPeriodAhead(int from) {
        boolean inside = false;
        for (int w = from; w <= from + REACH && !tokens.isAny(w, ".", ",", ";"); w++) {
            inside |= tokens.isAny(w, "in", "within", "inside", "per", "during");
            if (inside
                    && units.alone(w)
                            .filter(unit -> unit.dimension() == Dimension.TIME)
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** "at most twice per visitor in 30 days". */
    private Optional<BareNumber> capped(int i) {
        int value = tokens.is(i, "once") ? 1 : tokens.is(i, "twice") ? 2 : tokens.is(i, "thrice") ? 3 : 0;
        boolean cap = tokens.isAny(i - 1, "most", "max", "maximum", "only", "than");
        return value > 0 && cap && hasPeriodAhead(i + 1)
                ? Optional.of(new BareNumber(value, i + 1, false))
                : Optional.empty();
    }

    /** A number in words; of "a million and a half" the half is half a million. */
    private BareNumber spoken(SpokenNumber number) {
        Optional<BareNumber> part = tokens.is(number.next(), "and") ? part(number.next() + 1) : Optional.empty();
        boolean scaled = number.scale() >= 1000;
        return scaled && part.isPresent()
                ? new BareNumber(
                        number.value() + part.get().value() * number.scale(),
                        part.get().next(),
                        true)
                : new BareNumber(number.value(), number.next(), scaled);
    }

    /** "2 and a half million": the half belongs to the number only when a unit or a multiplier follows. */
    private BareNumber withPart(BareNumber number) {
        if (!tokens.is(number.next(), "and")) {
            return number;
        }
        Optional<BareNumber> part = part(number.next() + 1);
        boolean counts = part.isPresent()
                && (scaleAt(part.get().next()) > 1 || units.isUnit(part.get().next()));
        return counts
                ? new BareNumber(number.value() + part.get().value(), part.get().next(), number.scaled())
                : number;
    }

    BareNumber scaled(BareNumber number) {
        double value = number.value();
        int at = number.next();
        double scale = 1;
        for (int times = 0; times < 2 && scaleOf(at, value) > 1; times++) {
            scale *= scaleOf(at, value);
            value *= scaleOf(at, value);
            at++;
        }
        if (at == number.next()) {
            return number;
        }
        if (tokens.is(at, "and") && part(at + 1).isPresent()) { // a million and a half
            BareNumber half = part(at + 1).get();
            return new BareNumber(value + half.value() * scale, half.next(), true);
        }
        return new BareNumber(value, at, true);
    }

    /** "half a", "three quarters of a", "1/2" before a unit or a multiplier. */
    private Optional<BareNumber> fraction(int i) {
        int at = tokens.is(i, "a") && (tokens.is(i + 1, "half") || tokens.is(i + 1, "quarter")) ? i + 1 : i;
        double value = 0;
        if (tokens.is(at, "half")) {
            value = 0.5;
            at++;
        } else if (tokens.is(at, "quarter")) {
            value = 0.25;
            at++;
        } else if (tokens.is(at + 1, "quarters")) {
            value = tokens.is(at, "three") || tokens.is(at, "3") ? 0.75 : 0;
            at += 2;
        } else if (tokens.is(at + 1, "thirds") || (tokens.at(at).is("a") && tokens.is(at + 1, "third"))) {
            value = (tokens.is(at, "two") ? 2 : 1) / 3.0;
            at += 2;
        } else if (tokens.at(at).isPlainDigits()
                && tokens.is(at + 1, "/")
                && tokens.at(at + 2).isPlainDigits()) {
            value = tokens.at(at).value() < tokens.at(at + 2).value()
                            && tokens.at(at + 2).value() <= 10
                    ? tokens.at(at).value() / tokens.at(at + 2).value()
                    : 0;
            at += 3;
        }
        if (value == 0) {
            return Optional.empty();
        }
        at += tokens.isHyphen(at) ? 1 : 0;
        at += tokens.is(at, "of") ? 1 : 0;
        at += tokens.is(at, "a") || tokens.is(at, "an") || tokens.is(at, "the") || tokens.is(at, "one") ? 1 : 0;
        double scale = tokens.is(at, "dozen") ? 1 : scaleAt(at);
        if (scale > 1) {
            return Optional.of(new BareNumber(value * scale, at + 1, true));
        }
        return units.isUnit(at) ? Optional.of(new BareNumber(value, at, false)) : Optional.empty();
    }

    private boolean isPronoun(int i) {
        if (!tokens.is(i, "one")) {
            return false;
        }
        Token next = tokens.at(i + 1);
        if (tokens.is(i + 1, "per") || tokens.is(i + 1, "every") || tokens.is(i + 1, "each")) {
            return false;
        }
        boolean hyphened = tokens.isHyphen(i + 1) && !units.isUnit(i + 2);
        if (units.isUnit(i + 1)) {
            return false;
        }
        return hyphened
                || OBJECT_OF.contains(tokens.at(i - 1).lower())
                || !next.isWord() && !tokens.isHyphen(i + 1)
                || Clutter.isFunctionWord(next.lower())
                || tokens.is(i - 1, "no")
                || tokens.is(i - 1, "this")
                || tokens.is(i - 1, "that");
    }

    private double scaleOf(int i, double value) {
        return letters.isScale(i, value) ? letters.scale(i) : scaleAt(i);
    }

    private double scaleAt(int i) {
        Token token = tokens.at(i);
        boolean lone = token.text().length() == 1;
        return token.isWord() && !lone ? Units.scale(token.lower()).orElse(1.0) : 1;
    }
}
