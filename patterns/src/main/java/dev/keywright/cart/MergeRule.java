package dev.keywright.cart;

/** What becomes of an article that is in both carts when one is put into the other; its price stays that of the cart that stays. */
public enum MergeRule {
    /** Both quantities together. */
    SUM,
    /** The larger quantity. */
    MAX,
    /** The quantity of the cart that stays. */
    KEEP
}
