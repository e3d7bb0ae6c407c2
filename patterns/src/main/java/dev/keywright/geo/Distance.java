package dev.keywright.geo;

/**
 * A length on the surface of the earth.
 *
 * @param metres 0 or more
 */
public record Distance(double metres) implements Comparable<Distance> {

    private static final double KILOMETRE = 1_000;
    private static final double MILE = 1_609.344;
    private static final double FOOT = 0.3048;

    public Distance {
        if (!(metres >= 0 && metres < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The distance is " + metres + " m; give 0 or more");
        }
    }

    public static Distance ofMetres(double metres) {
        return new Distance(metres);
    }

    public static Distance ofKilometres(double kilometres) {
        return new Distance(kilometres * KILOMETRE);
    }

    /** International miles of 1609.344 m. */
    public static Distance ofMiles(double miles) {
        return new Distance(miles * MILE);
    }

    public static Distance ofFeet(double feet) {
        return new Distance(feet * FOOT);
    }

    public double kilometres() {
        return metres / KILOMETRE;
    }

    public double miles() {
        return metres / MILE;
    }

    public double feet() {
        return metres / FOOT;
    }

    @Override
    public int compareTo(Distance other) {
        return Double.compare(metres, other.metres);
    }
}
