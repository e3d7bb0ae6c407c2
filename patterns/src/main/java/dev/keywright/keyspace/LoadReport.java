package dev.keywright.keyspace;

import dev.keywright.KeywrightException;
import java.util.List;
import java.util.Optional;

/**
 * How far a load came.
 *
 * @param resumedAt how many entries were skipped, as an earlier load had stored them
 * @param position how many entries of the source are stored for sure, those skipped included. The next load goes on here, or a chunk
 *     before when the place could not be stored either
 * @param end where the chunk ends at which it stopped: entries from {@code position} up to this may be stored or not. Equal to position
 *     when all is known
 * @param refused entries of that chunk which the server refused
 * @param complete whether the source came to its end and all was stored
 * @param cause why it stopped, where a server did not answer
 */
public record LoadReport(
        long resumedAt,
        long position,
        long end,
        List<Refused> refused,
        boolean complete,
        Optional<KeywrightException> cause) {

    /**
     * One entry the server refused.
     *
     * @param position in the source, counted from 0
     * @param error what the server said
     */
    public record Refused(long position, String error) {}

    public LoadReport {
        refused = List.copyOf(refused);
    }

    /** @throws KeywrightException when it is not complete; says where it stopped */
    public LoadReport orThrow() {
        if (complete) {
            return this;
        }
        String where = "Loaded up to entry " + position + ", not beyond. ";
        if (!refused.isEmpty()) {
            throw new KeywrightException.Misused(where + refused.size() + " entries before " + end
                    + " were refused, first entry " + refused.get(0).position() + ": "
                    + refused.get(0).error() + ". Mend these and load again.");
        }
        throw new KeywrightException.Unavailable(
                where + cause.map(Throwable::getMessage).orElse("It was stopped.") + " Load again to go on.",
                end > position,
                cause.orElse(null));
    }
}
