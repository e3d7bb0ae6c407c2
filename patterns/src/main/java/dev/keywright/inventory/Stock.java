package dev.keywright.inventory;

/**
 * The units of a product.
 *
 * @param free may be reserved; those on their way between cells too
 * @param held reserved, neither sold nor given back yet
 * @param sold confirmed, since the beginning
 * @param unaccounted units that are here and never came, or with a minus that came and are gone, since the beginning: a failover lost one
 *     half of their move between cells. Else 0. Correct what is free with an {@link Inventory#adjust adjustment}
 */
public record Stock(String product, long free, long held, long sold, long unaccounted) {

    /** On the shelf: free or held. */
    public long onHand() {
        return free + held;
    }

    /**
     * All that is here: what ever came and was not taken out by an adjustment, and what is {@code unaccounted}. Reserving, confirming,
     * cancelling and expiring never change it.
     */
    public long total() {
        return free + held + sold;
    }
}
