package dev.keywright.flag;

/**
 * One of the forms of a feature.
 *
 * @param weight how many of all weights together get it, 0 to 1,000,000
 */
public record Variant(String name, int weight) {

    private static final int HEAVIEST = 1_000_000;

    public Variant {
        Names.checked(name, "variant");
        if (weight < 0 || weight > HEAVIEST) {
            throw new IllegalArgumentException(
                    "The weight of variant '" + name + "' is " + weight + "; give 0 to " + HEAVIEST);
        }
    }
}
