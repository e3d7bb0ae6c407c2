package dev.keywright.inventory.jdbc;

/**
 * What the books and the inventory say differently.
 *
 * @param booked by the database, units
 * @param counted by the inventory, units
 * @param isSettled whether the inventory said the same before and after the database was asked; if not, look again
 */
public record Difference(Kind kind, String product, long booked, long counted, boolean isSettled) {

    /** What was compared. */
    public enum Kind {
        /** Units sold. */
        SOLD,
        /** Units free or held. */
        ON_HAND
    }
}
