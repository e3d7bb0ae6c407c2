package dev.keywright.inventory;

import java.time.Duration;
import java.util.Optional;

/**
 * How an {@link Inventory} behaves. All processes that use it give the same {@code cells}.
 *
 * @param cells into how many parts it is split, each with a hash slot of its own; one node of a Cluster serves each. 1 when one node can
 *     serve all reservations. An inventory keeps the number it began with; a program with another one is refused
 * @param hold how long a reservation holds its units, unless the call says
 * @param late what happens to a confirmation that comes after that
 * @param retention how long an id is remembered after its reservation has ended; a retry must come earlier
 * @param journal about how many of the last changes each cell keeps; 0 for none
 * @param deadline within which every call is answered, less than the retention; the connection's timeout when absent
 */
public record InventoryOptions(
        int cells, Duration hold, Late late, Duration retention, long journal, Optional<Duration> deadline) {

    private static final Duration SHORTEST_HOLD = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final int MOST_CELLS = 1_024;

    /** What happens to a confirmation that comes after its hold is over. */
    public enum Late {
        /** It is refused. */
        REFUSE,
        /** It takes the units again, all or none; it is refused when they are not free any more. */
        AGAIN
    }

    /** One cell, holds of 15 minutes, late confirmations refused, ids remembered for a day, a journal of 100,000 changes. */
    public static final InventoryOptions DEFAULTS =
            new InventoryOptions(1, Duration.ofMinutes(15), Late.REFUSE, Duration.ofDays(1), 100_000, Optional.empty());

    public InventoryOptions {
        if (cells < 1 || cells > MOST_CELLS) {
            throw new IllegalArgumentException("cells is " + cells + "; give 1 to " + MOST_CELLS);
        }
        checkHold(hold);
        if (retention.compareTo(Duration.ofMinutes(1)) < 0 || retention.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("retention is " + retention + "; give 1 minute to 3,650 days");
        }
        if (journal < 0) {
            throw new IllegalArgumentException("journal is " + journal + "; give 0 or more");
        }
        deadline.ifPresent(given -> checkDeadline(given, retention));
    }

    static void checkDeadline(Duration deadline, Duration retention) {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(retention) >= 0) {
            throw new IllegalArgumentException(
                    "deadline is " + deadline + "; give more than zero and less than the retention, " + retention
                            + ": an id must be remembered for longer than it is asked about");
        }
    }

    static void checkHold(Duration hold) {
        if (hold.compareTo(SHORTEST_HOLD) < 0 || hold.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The hold is " + hold + "; give 1 ms to 3,650 days");
        }
    }

    public InventoryOptions withCells(int cells) {
        return new InventoryOptions(cells, hold, late, retention, journal, deadline);
    }

    public InventoryOptions withHold(Duration hold) {
        return new InventoryOptions(cells, hold, late, retention, journal, deadline);
    }

    public InventoryOptions withLate(Late late) {
        return new InventoryOptions(cells, hold, late, retention, journal, deadline);
    }

    public InventoryOptions withRetention(Duration retention) {
        return new InventoryOptions(cells, hold, late, retention, journal, deadline);
    }

    public InventoryOptions withJournal(long journal) {
        return new InventoryOptions(cells, hold, late, retention, journal, deadline);
    }

    public InventoryOptions withDeadline(Duration deadline) {
        return new InventoryOptions(cells, hold, late, retention, journal, Optional.of(deadline));
    }
}
