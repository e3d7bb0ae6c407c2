package dev.keywright.ops.optimize;

/**
 * What commands cost on two servers, measured in turns on the same keys.
 *
 * @param commands measured on each server
 * @param percentile50Micros a round trip on this machine
 * @param serverMicros time that the server itself is busy with a command, as INFO commandstats tells it; a quarter
 *     of many rounds were faster
 */
public record Price(
        long commands,
        double basePercentile50Micros,
        double percentile50Micros,
        double basePercentile99Micros,
        double percentile99Micros,
        double baseServerMicros,
        double serverMicros) {

    public static final Price NONE = new Price(0, 0, 0, 0, 0, 0, 0);

    /** How much longer the server is busy with a command; less than nothing when it is faster. */
    public double addedMicros() {
        return serverMicros - baseServerMicros;
    }
}
