package dev.keywright.ops.analysis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A few keys of many, each as a row of numbers: those whose names hash lowest, so that neither the order of keys nor of merges
 * matters. One thread.
 */
final class Sample {

    private final int most;
    private final int columns;
    private long[] rows = new long[0];
    private int size;

    /** @param columns of a row, without the hash */
    Sample(int most, int columns) {
        this.most = most;
        this.columns = columns + 1;
    }

    /** Whether a key of that hash would be kept. */
    boolean wants(long hash) {
        return size < most || hash < rows[(size - 1) * columns];
    }

    void add(long hash, long... values) {
        if (!wants(hash)) {
            return;
        }
        if (size < most) {
            size++;
            if (size * columns > rows.length) {
                rows = Arrays.copyOf(rows, Math.min(most, 2 * size) * columns);
            }
        }
        int place = size - 1;
        while (place > 0 && rows[(place - 1) * columns] > hash) {
            System.arraycopy(rows, (place - 1) * columns, rows, place * columns, columns);
            place--;
        }
        rows[place * columns] = hash;
        System.arraycopy(values, 0, rows, place * columns + 1, columns - 1);
    }

    void add(Sample other) {
        for (int i = 0; i < other.size; i++) {
            int from = i * columns;
            add(other.rows[from], Arrays.copyOfRange(other.rows, from + 1, from + columns));
        }
    }

    int size() {
        return size;
    }

    /** The rows without their hashes. */
    List<Row> rows() {
        List<Row> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(new Row(Arrays.copyOfRange(rows, i * columns + 1, (i + 1) * columns)));
        }
        return all;
    }

    /** The numbers of one key. */
    static final class Row {
        private final long[] values;

        private Row(long[] values) {
            this.values = values;
        }

        long at(int column) {
            return values[column];
        }
    }
}
