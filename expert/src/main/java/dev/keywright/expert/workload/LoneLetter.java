package dev.keywright.expert.workload;

import dev.keywright.expert.workload.Units.Unit;
import java.util.Optional;
import java.util.Set;

/** Reads the single letters behind a number, which mean several things: 5m, 8G, 2B, 25krps. */
final class LoneLetter {

    private static final Set<String> TIME_BEFORE = WordList.of("""
            every for after ttl per in within timeout expire expires expiring expiry last than lasts takes take
            lease window until over past interval each / delay exp ex once cooldown idle lifetime live lives stay stays kept cached sleep wait waits
            """);
    private static final Set<String> TIME_AFTER = WordList.of("""
            window windows ttl timeout expiry lease interval block ban cooldown delay lockout idle later old
            stale lock hold bucket buckets ago ttls
            """);
    private static final Set<String> PLACE = WordList.of("""
            radius within distance nearby around near away metres meters nearest closer
            """);
    private static final Set<String> MEMORY = WordList.of("""
            maxmemory memory ram heap mem xmx
            """);
    private static final Unit MINUTE = new Unit(Dimension.TIME, Units.MINUTE);
    private static final Unit METRE = new Unit(Dimension.LENGTH, 1);

    private final TokenList tokens;
    private final boolean geographic;

    LoneLetter(TokenList tokens, boolean geographic) {
        this.tokens = tokens;
        this.geographic = geographic;
    }

    /** Whether the letter at {@code i} multiplies the number before it. */
    boolean isScale(int i, double value) {
        Token token = tokens.at(i);
        if (!token.isWord()) {
            return false;
        }
        return switch (token.lower()) {
            case "k" -> true;
            case "m" -> !isMinute(i) && !isMetre(i) && !isMegabyte(i);
            case "b" -> value < 16 && token.glued() && (token.text().equals("B") || countFollows(i));
            default -> false;
        };
    }

    /** What the letter at {@code i}, for which {@link #isScale} holds, multiplies with. */
    double scale(int i) {
        return switch (tokens.at(i).lower().charAt(0)) {
            case 'k' -> 1e3;
            case 'm' -> 1e6;
            default -> 1e9;
        };
    }

    /** The unit the letter at {@code i} stands for, where it has several meanings. */
    Optional<Unit> unit(int i, double value, boolean scaled) {
        Token token = tokens.at(i);
        if (token.is("m") && !scaled) {
            if (isMegabyte(i)) {
                return Optional.of(new Unit(Dimension.SIZE, 1e6));
            }
            if (!isScale(i, value)) {
                return Optional.of(isMetre(i) ? METRE : MINUTE);
            }
        }
        return Optional.empty();
    }

    /** The period a letter behind a slash stands for: 5/s, 100/m. */
    Optional<Unit> period(int i) {
        return tokens.at(i).is("m")
                ? Optional.of(MINUTE)
                : Units.named(tokens.at(i).lower()).filter(unit -> unit.dimension() == Dimension.TIME);
    }

    boolean mayStandApart(Token token) {
        return Set.of("s", "h", "m", "d", "g", "k", "b").contains(token.lower());
    }

    private boolean isMinute(int i) {
        Token token = tokens.at(i);
        if (token.text().equals("M") || isMetre(i)) {
            return false;
        }
        boolean inTime = tokens.at(i + 1).glued() && tokens.at(i + 1).isNumber()
                || (tokens.at(i - 2).glued()
                        && tokens.at(i - 2).isWord()
                        && tokens.at(i - 2).is("h"));
        int back = tokens.at(i - 2).is("-") || tokens.at(i - 2).is("~") ? i - 3 : i - 2;
        String before = tokens.at(back).lower();
        if (inTime || TIME_AFTER.contains(tokens.at(i + 1).lower())) {
            return true;
        }
        return TIME_BEFORE.contains(before) && !countFollows(i);
    }

    private boolean isMetre(int i) {
        if (tokens.at(i).text().equals("M") || countFollows(i)) {
            return false;
        }
        int reach = geographic ? 8 : 2;
        for (int j = Math.max(0, i - 1 - reach); j < Math.min(tokens.size(), i + 4); j++) {
            String word = tokens.at(j).lower();
            boolean place = PLACE.contains(word) && (geographic || !word.equals("within"));
            if (place || (geographic && j == i - 2 && TIME_BEFORE.contains(word) && !word.equals("every"))) {
                return true;
            }
        }
        return false;
    }

    private boolean isMegabyte(int i) {
        return tokens.at(i).text().equals("M")
                && MEMORY.contains(tokens.at(i - 2).lower())
                && !countFollows(i);
    }

    private boolean countFollows(int i) {
        Token next = tokens.at(i + 1);
        return next.isWord()
                && !next.glued()
                && !Clutter.isFunctionWord(next.lower())
                && !TIME_AFTER.contains(next.lower())
                && !PLACE.contains(next.lower());
    }
}
