package dev.keywright.ops.scan;

import java.util.Arrays;

/**
 * Finds the names that SCAN repeats. It does so when a table shrinks meanwhile, and then for the one bucket under way: a repeat
 * follows the first closely. So the last {@value #KEPT} to twice as many names are enough.
 */
final class RecentNames {

    private static final int KEPT = 8192;
    private static final int MASK = 4 * KEPT - 1;

    private long[] young = new long[MASK + 1];
    private long[] old = new long[MASK + 1];
    private int size;

    /** Whether the name of this hash is new. */
    boolean add(long hash) {
        long mark = hash == 0 ? 1 : hash;
        if (old[place(old, mark)] == mark) {
            return false;
        }
        int place = place(young, mark);
        if (young[place] == mark) {
            return false;
        }
        young[place] = mark;
        if (++size == KEPT) {
            long[] spare = old;
            old = young;
            young = spare;
            Arrays.fill(young, 0);
            size = 0;
        }
        return true;
    }

    private static int place(long[] marks, long mark) {
        int place = (int) mark & MASK;
        while (marks[place] != 0 && marks[place] != mark) {
            place = (place + 1) & MASK;
        }
        return place;
    }
}
