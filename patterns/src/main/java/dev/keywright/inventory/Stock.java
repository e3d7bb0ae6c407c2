package dev.keywright.inventory;

/**
 * The units of a product.
 *
 * @param free may be reserved
 * @param held reserved, neither sold nor given back yet
 * @param sold confirmed, since the beginning
 */
public record Stock(String product, long free, long held, long sold) {

    /** On the shelf: free or held. */
    public long onHand() {
        return free + held;
    }

    /** All that ever came and was not taken out by an adjustment; reserving, confirming, cancelling and expiring never change it. */
    public long total() {
        return free + held + sold;
    }
}
