package dev.keywright.geo;

/** What lies around a point. */
public sealed interface Area {

    static Area circle(Distance radius) {
        return new Circle(radius);
    }

    /** Its sides lie north, south, east and west of the point, half of the height and width away. */
    static Area box(Distance width, Distance height) {
        return new Box(width, height);
    }

    /** All points so far away at most. */
    record Circle(Distance radius) implements Area {}

    /** All points within. */
    record Box(Distance width, Distance height) implements Area {}
}
