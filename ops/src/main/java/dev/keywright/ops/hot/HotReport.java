package dev.keywright.ops.hot;

import dev.keywright.ops.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What is hot.
 *
 * @param target without a password
 * @param nodes each master that was looked at
 * @param findings over all of them, worst first
 * @param notes what was not done, and why
 */
public record HotReport(String target, String server, List<OfNode> nodes, List<Finding> findings, List<String> notes) {

    public HotReport {
        nodes = List.copyOf(nodes);
        findings = List.copyOf(findings);
        notes = List.copyOf(notes);
    }

    /**
     * What one server told.
     *
     * @param sample what MONITOR told
     * @param frequent keys by the counter of an LFU policy, highest first
     * @param measured keys by what the server itself measured
     * @param slots by processor time, of a node of a Cluster that counts it
     */
    public record OfNode(
            String node,
            Optional<Sample> sample,
            Optional<Frequencies> frequent,
            Optional<Tracked> measured,
            List<Slot> slots) {
        public OfNode {
            slots = List.copyOf(slots);
        }

        /** Whether anything could be looked at. */
        public boolean isTold() {
            return sample.isPresent() || frequent.isPresent() || measured.isPresent() || !slots.isEmpty();
        }
    }

    /**
     * A while of listening.
     *
     * @param commands that were heard
     * @param writeRatio how many of those with keys write
     * @param keys the hottest first
     * @param errorBound each count of a key is too high by so much at most
     * @param price what it cost the server
     */
    public record Sample(
            double seconds,
            long commands,
            double perSecond,
            double writeRatio,
            List<HotKey> keys,
            long errorBound,
            List<HotCommand> commandsByPattern,
            List<HotPattern> patterns,
            Price price) {
        public Sample {
            keys = List.copyOf(keys);
            commandsByPattern = List.copyOf(commandsByPattern);
            patterns = List.copyOf(patterns);
        }
    }

    /**
     * A key.
     *
     * @param operations how often it was named; at most {@code error} too many
     * @param ratio its share of all commands heard
     * @param bandwidthRatio its share of the traffic, which is that of as many commands before the listening; requests, and replies of
     *     strings
     */
    public record HotKey(
            String key,
            String type,
            long operations,
            long error,
            double ratio,
            long reads,
            long writes,
            long requestBytes,
            Optional<Double> bandwidthRatio) {}

    /** A command on keys of one form. */
    public record HotCommand(String command, String pattern, long operations, double ratio) {}

    /** Keys of one form. */
    public record HotPattern(String pattern, long operations, double ratio, double writeRatio) {}

    /**
     * Operations per second as INFO counts them, before and while somebody listened. A load that changes by itself shows here, too.
     *
     * @param complete whether everything the server ran was heard, or the number of commands ended it
     */
    public record Price(double perSecondBefore, double perSecondDuring, double lossRatio, boolean complete) {

        /** The loss is 0 for a server that did more. */
        static Price of(double before, double during, boolean complete) {
            double loss = before <= 0 ? 0 : Math.max(0, 1 - during / before);
            return new Price(Math.round(before), Math.round(during), Math.round(loss * 1e3) / 1e3, complete);
        }
    }

    /**
     * Keys by the logarithmic counter of an LFU policy.
     *
     * @param policy which
     * @param asked how many keys
     * @param all whether those were all keys
     */
    public record Frequencies(String policy, long asked, boolean all, List<Frequency> keys) {
        public Frequencies {
            keys = List.copyOf(keys);
        }
    }

    /** A counter from 0 to 255 that rises ever more slowly and falls with time. */
    public record Frequency(String key, int counter) {}

    /** What HOTKEYS measured. */
    public record Tracked(double seconds, List<Share> byProcessor, List<Share> byTraffic) {
        public Tracked {
            byProcessor = List.copyOf(byProcessor);
            byTraffic = List.copyOf(byTraffic);
        }
    }

    /** A key and its share of what all commands took. */
    public record Share(String key, double ratio) {}

    /** A hash slot. */
    public record Slot(int slot, double processorRatio, long keys) {}
}
