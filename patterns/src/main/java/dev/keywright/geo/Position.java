package dev.keywright.geo;

/**
 * A point on the earth, in degrees of WGS 84. What is stored is up to 0.6 m away.
 *
 * @param longitude east, -180 to 180
 * @param latitude north, -85.05112878 to 85.05112878: Redis knows no points nearer to the poles
 */
public record Position(double longitude, double latitude) {

    private static final double MOST_EAST = 180;
    private static final double MOST_NORTH = 85.05112878;
    private static final double OFF = 1e-7;
    private static final double EARTH = 6_372_797.560856; // metres; as Redis counts

    public Position {
        if (!(Math.abs(longitude) <= MOST_EAST)) {
            throw new IllegalArgumentException("The longitude is " + longitude + "; give -180 to 180 degrees");
        }
        if (!(Math.abs(latitude) <= MOST_NORTH)) {
            throw new IllegalArgumentException(
                    "The latitude is " + latitude + "; give -" + MOST_NORTH + " to " + MOST_NORTH + " degrees");
        }
    }

    static double within(double latitude) {
        return Math.max(-MOST_NORTH, Math.min(MOST_NORTH, latitude));
    }

    /** Redis stores what lies on the very east or north edge so that no search finds it; this is a centimetre beside it. */
    Position offTheEdge() {
        return new Position(Math.min(longitude, MOST_EAST - OFF), Math.min(latitude, MOST_NORTH - OFF));
    }

    /** On a sphere, as Redis counts: wrong by 0.6 % at most. */
    public Distance distanceTo(Position other) {
        double north = Math.toRadians(latitude);
        double otherNorth = Math.toRadians(other.latitude);
        double up = Math.sin((otherNorth - north) / 2);
        double across = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
        double square = up * up + Math.cos(north) * Math.cos(otherNorth) * across * across;
        return new Distance(2 * EARTH * Math.asin(Math.min(1, Math.sqrt(square))));
    }
}
