package dev.keywright.ops.hot;

import dev.keywright.ops.Finding;
import dev.keywright.ops.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** From which share on a key is too hot for its shard, and what helps. */
final class HotRules {

    private static final double OPERATIONS = 0.30;
    private static final double BANDWIDTH = 0.80;
    private static final double MOSTLY = 0.90;
    private static final long ENOUGH = 500;
    private static final double DEAR = 0.10;

    private HotRules() {}

    static List<Finding> of(HotReport.OfNode node) {
        List<Finding> findings = new ArrayList<>();
        node.sample().filter(sample -> sample.commands() >= ENOUGH).ifPresent(sample -> {
            for (HotReport.HotKey key : sample.keys()) {
                operations(node.node(), key, sample).ifPresent(findings::add);
                bandwidth(node.node(), key).ifPresent(findings::add);
            }
            price(node.node(), sample).ifPresent(findings::add);
        });
        node.measured()
                .ifPresent(tracked -> tracked.byProcessor().stream()
                        .filter(share -> share.ratio() >= OPERATIONS)
                        .forEach(share -> findings.add(new Finding(
                                "hot-key-processor",
                                Severity.WARNING,
                                share.key() + " takes " + percent(share.ratio())
                                        + " of the processor time of all commands.",
                                "One key is served by one thread of one server; adding shards does not spread it.",
                                "Split the key, cache it in the clients, or make the commands on it cheaper.",
                                Finding.Place.whole(node.node())))));
        return findings;
    }

    private static Optional<Finding> operations(String node, HotReport.HotKey key, HotReport.Sample sample) {
        double sure = (key.operations() - key.error()) / (double) sample.commands();
        return sure < OPERATIONS
                ? Optional.empty()
                : Optional.of(new Finding(
                        "hot-key-operations",
                        Severity.WARNING,
                        key.key() + " gets " + percent(key.ratio()) + " of the server's commands (" + key.reads()
                                + " reads and " + key.writes() + " writes in " + sample.seconds() + " s).",
                        "One key is served by one thread of one server; adding shards does not spread it.",
                        advice(key),
                        Finding.Place.whole(node)));
    }

    private static Optional<Finding> bandwidth(String node, HotReport.HotKey key) {
        return key.bandwidthRatio()
                .filter(ratio -> ratio > BANDWIDTH)
                .map(ratio -> new Finding(
                        "hot-key-bandwidth",
                        Severity.WARNING,
                        key.key() + " makes about " + percent(ratio) + " of the server's traffic.",
                        "The network of one server ends before its processor does.",
                        "Cache the value in the clients, compress it, or keep only the part that is read under this"
                                + " key.",
                        Finding.Place.whole(node)));
    }

    /** What fits to how the key is used. */
    private static String advice(HotReport.HotKey key) {
        double reads = key.reads() / (double) Math.max(1, key.reads() + key.writes());
        if (reads >= MOSTLY) {
            return "Keep it in the clients with CLIENT TRACKING (a near cache) for a second or more, or let replicas"
                    + " answer reads that may be a little old.";
        }
        if (1 - reads >= MOSTLY) {
            return "Split it: write to " + key.key() + ":{0} to " + key.key()
                    + ":{15} at random and add the parts up when"
                    + " reading, or collect writes in the clients for some milliseconds.";
        }
        return "Split it into parts by a hash of what is inside, and cache what is read more often than written.";
    }

    private static Optional<Finding> price(String node, HotReport.Sample sample) {
        HotReport.Price price = sample.price();
        return price.lossRatio() < DEAR
                ? Optional.empty()
                : Optional.of(new Finding(
                        "hot-listening-price",
                        Severity.INFO,
                        "While MONITOR listened, the server did " + Math.round(price.perSecondDuring())
                                + " commands/s instead of " + Math.round(price.perSecondBefore()) + ".",
                        "Every command is written to the listener, too; pipelined load loses about half.",
                        "Listen shorter, or at a quieter time.",
                        Finding.Place.whole(node)));
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f %%", ratio * 100);
    }
}
