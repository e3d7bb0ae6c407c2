package dev.keywright.expert.workload;

import dev.keywright.expert.task.Words;
import java.util.Locale;
import java.util.Set;

/** Knows the digits that count nothing: versions, addresses, names with a number, dates, times of day, list marks. */
final class Clutter {

    /** The number after these is never a quantity. */
    private static final Set<String> NAMED = WordList.of("""
            redis valkey keydb dragonfly java jdk jre openjdk python php ruby golang net js angular react
            postgres postgresql mysql mariadb oracle mongo mongodb kafka rabbitmq spring boot kubernetes ubuntu
            debian centos rhel alpine windows lettuce jedis redisson celery sidekiq bullmq django laravel rails
            version release v rfc http https tls ssl ssh tcp udp port ports error err errno code codes status
            exit signal iso ipv db slot pid id uid nr chapter section issue pr ticket quorum epoch step phase
            option paragraph wait select formula covid web mp gpt industry kernel sprint quarter q euro eur usd
            chf gbp world cup
            """);

    /** The number after one of these, with nothing counted behind it, is a name: "user 42". */
    private static final Set<String> NUMBERED = WordList.of("""
            user order customer client plant room level shard node server gate channel team seat day week line
            floor group zone route bus flight invoice account product item article job worker partition replica
            season lane unit stage player cart session page table figure number no terminal sensor device store
            shop branch track platform question answer part type
            """);

    private static final Set<String> MONTHS = WordList.of("""
            january february march april june july august september october november december jan feb mar apr
            jun jul aug sep sept oct nov dec
            """);

    private static final Set<String> BEFORE_YEAR = WordList.of("""
            in since by until till from of year before after early late to for
            """);

    private static final Set<String> PREFIXES = WordList.of("""
            top sub under last first best max the of a every ttl latest
            """);

    private static final Set<String> CLOCK = Set.of("am", "pm", "o'clock", "oclock", "uhr", "hrs.");
    private static final Set<String> ORDINALS = Set.of("st", "nd", "rd", "th");
    private static final String MONEY = "$€£¥₹";

    private final String text;
    private final TokenList tokens;

    Clutter(String text, TokenList tokens) {
        this.text = text;
        this.tokens = tokens;
    }

    static boolean isOrdinalEnding(String lower) {
        return ORDINALS.contains(lower);
    }

    /** Whether the number at token {@code i} is not a quantity. */
    boolean holds(int i) {
        Token token = tokens.at(i);
        return !token.isNumber()
                || isGluedToName(i)
                || isOddlyContinued(i)
                || isMoney(i)
                || isClock(i)
                || isDate(i)
                || isListMark(i)
                || isName(i);
    }

    /** Whether a time of day follows at token {@code next}: "ten o'clock". */
    boolean isClockAt(int next) {
        Token after = tokens.at(next);
        boolean dotted = (after.is("a") || after.is("p"))
                && tokens.at(next + 1).is(".")
                && tokens.at(next + 2).is("m");
        return CLOCK.contains(after.lower()) || dotted;
    }

    private boolean isGluedToName(int i) {
        Token before = tokens.at(i - 1);
        if (!tokens.at(i).glued()) {
            return before.is("#");
        }
        if (before.isWord()) { // p99, v6; but 2h30m
            return !(before.glued()
                    && tokens.at(i - 2).isNumber()
                    && Units.named(before.lower()).isPresent());
        }
        Token earlier = tokens.at(i - 2);
        boolean measured = isMeasured(i);
        return switch (before.lower()) {
            case "_", "#", "@", "\\" -> true;
            case ":", "/", "=" -> before.glued() && !measured && isNameBefore(before.lower(), earlier);
            case "-", "\u2010", "\u2011" ->
                before.glued()
                        ? earlier.isWord() && !PREFIXES.contains(earlier.lower())
                        : !earlier.isNumber() && earlier.end() < before.start();
            case "." -> before.glued() && (earlier.isWord() || earlier.kind() == Token.Kind.NUMBER);
            default -> false;
        };
    }

    private static boolean isNameBefore(String sign, Token earlier) {
        return switch (sign) {
            case ":" -> earlier.isWord() || earlier.kind() == Token.Kind.NUMBER;
            case "=" -> NAMED.contains(earlier.lower());
            default -> earlier.kind() == Token.Kind.NUMBER || earlier.isWord();
        };
    }

    /** 24/7, 10:30, 3x, 2nd, 4chan. */
    private boolean isOddlyContinued(int i) {
        Token after = tokens.at(i + 1);
        Token later = tokens.at(i + 2);
        if (!after.glued()) {
            return false;
        }
        if (after.isWord()) {
            return (after.is("x") && later.glued() && later.kind() == Token.Kind.NUMBER)
                    || ORDINALS.contains(after.lower())
                    || !(isScaleOrUnit(after)
                            || after.is("x")
                            || later.is("/")
                            || after.text().length() >= 4);
        }
        boolean pair = later.glued() && later.kind() == Token.Kind.NUMBER;
        return pair && (after.is(":") || (after.is("/") && !isMeasured(i + 2)));
    }

    private boolean isMoney(int i) {
        Token before = tokens.at(i - 1);
        Token after = tokens.at(i + 1);
        return (!before.lower().isEmpty() && MONEY.contains(before.lower()))
                || (!after.lower().isEmpty() && MONEY.contains(after.lower()));
    }

    private boolean isClock(int i) {
        return isClockAt(i + 1);
    }

    private boolean isDate(int i) {
        Token token = tokens.at(i);
        Token before = tokens.at(i - 1);
        Token after = tokens.at(i + 1);
        if (!token.isPlainDigits()) {
            return false;
        }
        if (after.is("-")
                && tokens.at(i + 2).isPlainDigits()
                && tokens.at(i + 3).is("-")
                && tokens.at(i + 4).isPlainDigits()) {
            return true;
        }
        if (before.is("-")
                && tokens.at(i - 2).isPlainDigits()
                && (tokens.at(i - 3).is("-") || (after.is("-") && after.glued()))) {
            return true;
        }
        boolean day = token.value() <= 31;
        if (day && (isMonth(before) || isMonth(after) || (after.is("of") && isMonth(tokens.at(i + 2))))) {
            return !isScaleOrUnit(after);
        }
        boolean year = token.text().length() == 4 && token.value() >= 1900 && token.value() < 2100;
        return year && (BEFORE_YEAR.contains(before.lower()) || isMonth(before)) && !countsSomething(i + 1);
    }

    private boolean isListMark(int i) {
        Token after = tokens.at(i + 1);
        boolean closes = after.glued() && (after.is(")") || after.is("."));
        boolean small = tokens.at(i).isPlainDigits() && tokens.at(i).value() < 100;
        if (!closes || !small) {
            return false;
        }
        boolean enclosed =
                after.is(")") && tokens.at(i - 1).is("(") && tokens.at(i).value() < 10;
        return enclosed || (startsLine(tokens.at(i)) && !tokens.at(i + 2).glued());
    }

    private boolean startsLine(Token token) {
        for (int i = token.start() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c == '\n') {
                return true;
            }
            if (!Character.isWhitespace(c) || token.start() - i > 20) {
                return false;
            }
        }
        return true;
    }

    private boolean isName(int i) {
        Token token = tokens.at(i);
        int back = tokens.at(i - 1).is("=")
                        || tokens.at(i - 1).is(":")
                        || tokens.at(i - 1).is(".")
                ? i - 2
                : i - 1;
        String before = tokens.at(back).lower().toLowerCase(Locale.ROOT);
        boolean digits = token.text().chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == ' ');
        if (!digits || (isScaleOrUnit(tokens.at(i + 1)) && !tokens.at(back).is("port"))) {
            return false;
        }
        if (NAMED.contains(before)) { // but "enters a wrong code 6 times"
            return back != i - 1 || !tokens.at(i + 1).is("times");
        }
        boolean status = tokens.at(i - 1).is("a") && token.isPlainDigits() && token.value() >= 100;
        if (status && !tokens.isHyphen(i + 1) && !countsSomething(i + 1)) { // "gets a 429"
            return true;
        }
        boolean one = Set.of("per", "each", "every", "a", "an", "max", "one")
                .contains(tokens.at(back - 1).lower());
        return back == i - 1 && NUMBERED.contains(before) && !one && token.isPlainDigits() && !countsSomething(i + 1);
    }

    private boolean countsSomething(int i) {
        Token token = tokens.at(i);
        return token.isWord() && (isScaleOrUnit(token) || !isFunctionWord(token.lower()));
    }

    private boolean isMeasured(int i) {
        return isScaleOrUnit(tokens.at(i + 1)) || tokens.at(i + 1).is("%");
    }

    private static boolean isScaleOrUnit(Token token) {
        String lower = token.lower();
        return token.isWord()
                && (Units.named(lower).isPresent()
                        || Units.scale(lower).isPresent()
                        || Set.of("m", "b").contains(lower));
    }

    static boolean isFunctionWord(String lower) {
        return Words.FILLERS.contains(lower) || FUNCTION.contains(lower);
    }

    private static final Set<String> FUNCTION = WordList.of("""
            is are was were or but if when while then than that which who whose where because must may might
            could do does did not no nothing before after during until since without between within across over
            under about around up down out off here there what how why now be been had need needs want wants get
            gets max min only still even though although however plus via like such etc too yet again ago later
            old
            """);

    private static boolean isMonth(Token token) {
        return MONTHS.contains(token.lower()) || token.text().equals("May");
    }
}
