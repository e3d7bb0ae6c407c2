package dev.keywright.ops.memory;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Integers as the servers recognise and keep them. */
final class Numbers {

    /** Where the decimal form, or the number's room in a listpack or an array of integers, changes. */
    static final NavigableSet<Long> BOUNDS = bounds();

    private static final int LONGEST = 20;

    private Numbers() {}

    static boolean isInteger(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        try {
            return Long.toString(Long.parseLong(text)).equals(text);
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static NavigableSet<Long> bounds() {
        NavigableSet<Long> bounds = new TreeSet<>(List.of(0L, 128L));
        for (long power = 10; power <= Long.MAX_VALUE / 10; power *= 10) {
            bounds.add(power);
            bounds.add(1 - power);
        }
        for (int bits : new int[] {12, 15, 23, 31}) {
            bounds.add(1L << bits);
            bounds.add(-(1L << bits));
        }
        return bounds;
    }
}
