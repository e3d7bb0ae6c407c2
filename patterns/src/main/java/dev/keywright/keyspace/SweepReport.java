package dev.keywright.keyspace;

import dev.keywright.KeywrightException;
import java.util.List;
import java.util.Optional;

/**
 * How far a sweep came.
 *
 * @param found keys that fitted the pattern; one that a server shows twice counts twice
 * @param changed keys that were removed or got a time to live
 * @param samples some of the names found, the first ones of each master
 * @param complete whether every master was looked through to its end
 * @param cause why it stopped, where a server did not answer
 */
public record SweepReport(
        long found, long changed, List<String> samples, boolean complete, Optional<KeywrightException> cause) {

    public SweepReport {
        samples = List.copyOf(samples);
    }

    /** @throws KeywrightException.Unavailable when it is not complete; a sweep may be made again */
    public SweepReport orThrow() {
        if (complete) {
            return this;
        }
        throw new KeywrightException.Unavailable(
                "Stopped after " + found + " keys found and " + changed + " changed. "
                        + cause.map(Throwable::getMessage).orElse("It was stopped.") + " Sweep again to go on.",
                cause.isPresent(),
                cause.orElse(null));
    }
}
