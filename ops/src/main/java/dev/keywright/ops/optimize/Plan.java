package dev.keywright.ops.optimize;

import dev.keywright.ops.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was tried on a copy, and what of it should be done. A document that outlives the program.
 *
 * @param source where the data came from; never with a password
 * @param taken when, as ISO 8601 writes it
 * @param live whether the source is a running server
 * @param sample what part of the keys was tried
 * @param server that the trials ran on, such as {@code redis 7.0.15 libc}
 * @param base the settings of now and what the copy takes under them
 * @param trials settings, largest saving first
 * @param remodellings other ways to store some keys, largest saving first
 * @param best the settings to apply; absent when none is worth it
 * @param notes what the figures do not tell
 */
public record Plan(
        String source,
        String taken,
        boolean live,
        Sample sample,
        String server,
        Base base,
        List<Trialled> trials,
        List<Remodelling> remodellings,
        Optional<Best> best,
        List<Finding> findings,
        List<String> notes) {

    /** @param ratio 1 when all keys were tried */
    public record Sample(double ratio, long keys) {}

    /**
     * @param usedBytes of a server that has just loaded the copy
     * @param sourceUsedMemory what used_memory of all primaries was before the copy was taken; 0 of a file
     */
    public record Base(Map<String, String> settings, long usedBytes, double loadSeconds, long sourceUsedMemory) {}

    /**
     * Settings that were tried.
     *
     * @param name such as {@code set-max-intset-entries 1024}
     * @param settings what differs from the base
     * @param server the program, where it is another than the base's
     * @param usedBytes of a server that has loaded the copy under them
     * @param savedBytes what they save on the source; of a live one that counts what its values take now, grown as they are
     * @param lowBytes with {@code highBytes}: where the saving lies at 95 %, when keys were sampled
     * @param savedRatio of what the source uses
     * @param changedKeys about how many keys change their encoding
     * @param changed what commands cost on those
     * @param rest what commands cost on other keys
     * @param front no other trial saves as much at a lower price
     * @param verdict why it is part of the best, or is not
     */
    public record Trialled(
            String name,
            Map<String, String> settings,
            Optional<String> server,
            long usedBytes,
            long savedBytes,
            long lowBytes,
            long highBytes,
            double savedRatio,
            double loadSeconds,
            long changedKeys,
            Price changed,
            Price rest,
            boolean front,
            String risk,
            String verdict) {

        Trialled onFront(boolean isThere) {
            return new Trialled(
                    name,
                    settings,
                    server,
                    usedBytes,
                    savedBytes,
                    lowBytes,
                    highBytes,
                    savedRatio,
                    loadSeconds,
                    changedKeys,
                    changed,
                    rest,
                    isThere,
                    risk,
                    verdict);
        }

        Trialled judged(String words) {
            return new Trialled(
                    name,
                    settings,
                    server,
                    usedBytes,
                    savedBytes,
                    lowBytes,
                    highBytes,
                    savedRatio,
                    loadSeconds,
                    changedKeys,
                    changed,
                    rest,
                    front,
                    risk,
                    words);
        }
    }

    /**
     * Another way to store keys of a pattern.
     *
     * @param kind such as {@code bucketed-hash}
     * @param pattern such as {@code user:{n}:visits}
     * @param keys of that pattern
     * @param sampleKeys that were rewritten to measure it
     * @param savedBytes scaled from the sample to the pattern
     * @param forbids what cannot be done any more
     */
    public record Remodelling(
            String kind,
            String pattern,
            long keys,
            long sampleKeys,
            double bytesPerKey,
            double newBytesPerKey,
            long savedBytes,
            Price price,
            String example,
            String forbids) {}

    /**
     * @param settings to set
     * @param commands as a client sends them
     */
    public record Best(
            Map<String, String> settings, long savedBytes, double savedRatio, List<String> commands, String how) {}
}
