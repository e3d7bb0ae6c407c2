package dev.keywright.expert.workload;

import java.util.ArrayList;
import java.util.List;

/**
 * A number written in digits: {@code 1,000,000}, {@code 1 000 000}, {@code 1.000.000}, {@code 2,5}, {@code 1e9},
 * {@code 2x10^6}, {@code 1½}.
 *
 * @param value NaN when the digits are no number, as in {@code 10.0.0.1} or {@code 7.2.4}
 * @param end where the digits end in the text
 */
record Numeral(double value, int end) {

    private static final String FRACTIONS = "½⅓⅔¼¾⅕⅛";
    private static final double[] FRACTION_VALUES = {0.5, 1 / 3.0, 2 / 3.0, 0.25, 0.75, 0.2, 0.125};
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static final int LONGEST = 40;
    private static final int MOST_GROUPS = 12;

    /** A run of digits and the separator before it. */
    private record Group(char separator, String digits) {}

    static boolean startsAt(String text, int i) {
        return isDigit(text, i) || FRACTIONS.indexOf(text.charAt(i)) >= 0;
    }

    /** The number that begins at {@code start}, where {@link #startsAt} holds. */
    static Numeral at(String text, int start) {
        if (!isDigit(text, start)) {
            return new Numeral(fraction(text.charAt(start)), start + 1);
        }
        List<Group> groups = groups(text, start);
        Numeral base = interpret(groups, start);
        if (Double.isNaN(base.value)) {
            return base;
        }
        return withFraction(text, withPower(text, withExponent(text, withSpacedGroups(text, start, base))));
    }

    private static List<Group> groups(String text, int start) {
        List<Group> groups = new ArrayList<>();
        int i = digitsEnd(text, start);
        groups.add(new Group(' ', text.substring(start, i)));
        while (groups.size() < MOST_GROUPS
                && i + 1 < text.length()
                && ".,_'’".indexOf(text.charAt(i)) >= 0
                && isDigit(text, i + 1)) {
            int end = digitsEnd(text, i + 1);
            groups.add(new Group(text.charAt(i), text.substring(i + 1, end)));
            i = end;
        }
        return groups;
    }

    private static Numeral interpret(List<Group> groups, int start) {
        String first = groups.get(0).digits();
        int length = first.length();
        for (Group group : groups.subList(1, groups.size())) {
            length += 1 + group.digits().length();
        }
        Group last = groups.get(groups.size() - 1);
        List<Group> inner = groups.subList(1, groups.size());
        if (inner.isEmpty()) {
            return number(first, start + length);
        }
        if (isGrouped(first, inner, inner.get(0).separator())) {
            boolean decimal = inner.size() == 1 && (inner.get(0).separator() == '.' || first.equals("0"));
            return number(decimal ? first + '.' + last.digits() : join(groups), start + length);
        }
        List<Group> front = inner.subList(0, inner.size() - 1);
        boolean point = last.separator() == '.' || last.separator() == ',';
        boolean thousands = front.isEmpty()
                || (front.get(0).separator() != last.separator()
                        && isGrouped(first, front, front.get(0).separator()));
        if (point && thousands && !(last.separator() == ',' && last.digits().length() > 2)) {
            String whole = join(groups.subList(0, groups.size() - 1));
            return number(whole + '.' + last.digits(), start + length);
        }
        if (inner.stream().allMatch(group -> group.separator() == ',')) { // a list: 1,2,3
            return number(first, start + first.length());
        }
        return new Numeral(Double.NaN, start + length);
    }

    /** Groups of three after the first; commas may also stand Indian style, as in 1,00,000. */
    private static boolean isGrouped(String first, List<Group> inner, char separator) {
        if (first.length() > 3) {
            return separator == '_';
        }
        for (int i = 0; i < inner.size(); i++) {
            Group group = inner.get(i);
            int digits = group.digits().length();
            boolean last = i == inner.size() - 1;
            boolean indian = separator == ',' && !last && digits == 2;
            if (group.separator() != separator || !(digits == 3 || indian || separator == '_')) {
                return false;
            }
        }
        return true;
    }

    private static Numeral withSpacedGroups(String text, int start, Numeral base) {
        int first = digitsEnd(text, start);
        if (first != base.end || first - start > 3 || text.charAt(start) == '0') {
            return base;
        }
        StringBuilder digits = new StringBuilder(text.substring(start, first));
        int i = first;
        while (i + 3 < text.length() && isGroupSpace(text.charAt(i)) && digitsEnd(text, i + 1) == i + 4) {
            boolean runsOn = i + 4 < text.length() && ".:/".indexOf(text.charAt(i + 4)) >= 0 && isDigit(text, i + 5);
            if (runsOn) {
                break;
            }
            digits.append(text, i + 1, i + 4);
            i += 4;
        }
        return i == first ? base : number(digits.toString(), i);
    }

    private static Numeral withExponent(String text, Numeral base) {
        int i = base.end;
        if (i + 1 >= text.length() || (text.charAt(i) != 'e' && text.charAt(i) != 'E')) {
            return base;
        }
        int digits = text.charAt(i + 1) == '+' || text.charAt(i + 1) == '-' ? i + 2 : i + 1;
        int end = digitsEnd(text, digits);
        if (end == digits || end - digits > 2 || (end < text.length() && Character.isLetter(text.charAt(end)))) {
            return base;
        }
        int sign = text.charAt(i + 1) == '-' ? -1 : 1;
        return new Numeral(base.value * Math.pow(10, sign * Integer.parseInt(text.substring(digits, end))), end);
    }

    /** {@code 10^6} on its own, or {@code x10^6} behind a number. */
    private static Numeral withPower(String text, Numeral base) {
        int i = skipSpace(text, base.end);
        if (i < text.length() && "xX×*·".indexOf(text.charAt(i)) >= 0) {
            int ten = skipSpace(text, i + 1);
            if (text.startsWith("10", ten)) {
                Numeral power = power(text, ten + 2);
                return power.end > ten + 2 ? new Numeral(base.value * power.value, power.end) : base;
            }
            return base;
        }
        Numeral power = base.value == 10 ? power(text, base.end) : base;
        return power.end > base.end ? power : base;
    }

    /** Ten to the power written at {@code i}; ends at {@code i} when none is. */
    private static Numeral power(String text, int i) {
        int digits = text.startsWith("^", i) ? i + 1 : text.startsWith("**", i) ? i + 2 : i;
        int end = digits == i ? i : digitsEnd(text, digits);
        if (end > digits && end - digits <= 2) {
            return new Numeral(Math.pow(10, Integer.parseInt(text.substring(digits, end))), end);
        }
        int exponent = 0;
        int at = i;
        while (at < text.length() && at - i < 2 && SUPERSCRIPTS.indexOf(text.charAt(at)) >= 0) {
            exponent = exponent * 10 + SUPERSCRIPTS.indexOf(text.charAt(at));
            at++;
        }
        return new Numeral(Math.pow(10, exponent), at);
    }

    private static Numeral withFraction(String text, Numeral base) {
        int i = skipSpace(text, base.end);
        boolean whole = base.value == Math.rint(base.value);
        return whole && i < text.length() && FRACTIONS.indexOf(text.charAt(i)) >= 0
                ? new Numeral(base.value + fraction(text.charAt(i)), i + 1)
                : base;
    }

    private static Numeral number(String digits, int end) {
        return new Numeral(digits.length() > LONGEST ? Double.NaN : Double.parseDouble(digits), end);
    }

    private static String join(List<Group> groups) {
        StringBuilder digits = new StringBuilder();
        groups.forEach(group -> digits.append(group.digits()));
        return digits.toString();
    }

    private static double fraction(char c) {
        return FRACTION_VALUES[FRACTIONS.indexOf(c)];
    }

    private static int skipSpace(String text, int i) {
        return i < text.length() && text.charAt(i) == ' ' ? i + 1 : i;
    }

    private static boolean isGroupSpace(char c) {
        return c == ' ' || c == '\u00a0' || c == '\u202f' || c == '\u2009';
    }

    private static int digitsEnd(String text, int start) {
        int i = start;
        while (isDigit(text, i)) {
            i++;
        }
        return i;
    }

    private static boolean isDigit(String text, int i) {
        return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
}
