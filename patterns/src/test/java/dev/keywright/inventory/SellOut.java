package dev.keywright.inventory;

import java.time.Duration;

/** Reserves what is free, until not one unit more can be had. */
final class SellOut {

    private SellOut() {}

    /** How many units that were. */
    static long reserveAll(Inventory shop, String product) {
        long units = 0;
        for (long some = 10_000; some >= 1; some /= 10) {
            while (shop.reserve(
                            "the last " + product + " " + units + " " + some,
                            Basket.of(product, some),
                            Duration.ofHours(1))
                    instanceof Reservation) {
                units += some;
            }
        }
        return units;
    }
}
