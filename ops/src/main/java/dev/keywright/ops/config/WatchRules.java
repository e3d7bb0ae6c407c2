package dev.keywright.ops.config;

import static dev.keywright.ops.Severity.ERROR;
import static dev.keywright.ops.Severity.INFO;
import static dev.keywright.ops.Severity.WARNING;

import dev.keywright.ops.Finding.Place;
import dev.keywright.ops.Severity;
import dev.keywright.ops.config.LiveWatch.View;
import dev.keywright.ops.config.Rule.Found;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What running Sentinels say: whether they could carry out a failover now. */
final class WatchRules {

    private static final String LOOPBACK = "127\\..*|\\[?::1]?|localhost";

    private WatchRules() {}

    private interface OfWatch {
        void look(LiveWatch watch, Found found);
    }

    static List<Rule> all() {
        return List.of(
                rule(
                        "sentinel-quorum-missing",
                        ERROR,
                        "Sentinels that could not agree on a failover now",
                        "If the master fails now, nobody takes its place.",
                        (watch, found) -> watch.views().stream()
                                .filter(view -> !view.hasQuorum())
                                .forEach(view -> found.add(
                                        Place.whole(view.address()),
                                        "SENTINEL CKQUORUM " + watch.master() + " says: " + view.quorum(),
                                        "Bring the missing Sentinels back, or SENTINEL SET " + watch.master()
                                                + " quorum <less>."))),
                rule(
                        "sentinel-silent",
                        WARNING,
                        "a Sentinel that others know and that does not answer",
                        "Each silent one counts for the majority all the same.",
                        WatchRules::silent),
                rule(
                        "sentinels-on-one-host",
                        WARNING,
                        "most Sentinels on one host",
                        "Without that host no majority is left, and no failover is possible.",
                        (watch, found) -> watch.byHost().forEach((host, there) -> {
                            int all = watch.views().size() + watch.silent().size();
                            if (there.size() > 1 && there.size() * 2 > all) {
                                found.add(
                                        host.matches(LOOPBACK) ? INFO : WARNING,
                                        Place.whole(there.get(0)),
                                        there.size() + " of " + all + " Sentinels are on " + host + ".",
                                        "Put them on hosts that fail apart from each other.");
                            }
                        })),
                rule(
                        "sentinel-views-differ",
                        WARNING,
                        "running Sentinels with different settings or another master",
                        "Which settings hold depends on who leads the failover; with two masters, writes are lost.",
                        WatchRules::differ),
                rule(
                        "sentinel-master-down",
                        ERROR,
                        "a master that Sentinels take for down",
                        "A failover is under way, or fails.",
                        (watch, found) -> watch.views().stream()
                                .filter(view -> view.field("flags").matches(".*[so]_down.*"))
                                .forEach(view -> found.add(
                                        Place.whole(view.address()),
                                        watch.master() + " at " + LiveWatch.address(view.fields()) + " is "
                                                + view.field("flags") + ".",
                                        "Read the logs of the Sentinels; check password, bind and network."))),
                rule(
                        "sentinel-replica-lost",
                        WARNING,
                        "a replica that Sentinels cannot use",
                        "It cannot be promoted, and counts as known until SENTINEL RESET.",
                        (watch, found) -> watch.views().stream().limit(1).forEach(view -> lost(watch, view, found))),
                rule(
                        "sentinel-no-replica",
                        ERROR,
                        "a watched master without a usable replica",
                        "There is nobody to promote.",
                        (watch, found) -> watch.views().stream()
                                .limit(1)
                                .filter(view -> view.replicas().stream().noneMatch(WatchRules::isUsable))
                                .forEach(view -> found.add(
                                        Place.whole(view.address()),
                                        watch.master() + " has "
                                                + view.replicas().size()
                                                + " known replicas, none of which can be used.",
                                        "Start a replica: replicaof " + view.field("ip") + " " + view.field("port")))),
                rule(
                        "sentinel-names-mixed",
                        WARNING,
                        "addresses and names of hosts among the nodes of one set",
                        "Sentinels and clients take a name and an address for two servers; a switch is missed.",
                        WatchRules::names));
    }

    private static Rule rule(String id, Severity severity, String finds, String why, OfWatch check) {
        return new Rule(
                id,
                severity,
                Rule.Reads.WATCH,
                finds,
                why,
                (subject, found) -> check.look(subject.watch().orElseThrow(), found));
    }

    private static boolean isUsable(Map<String, String> replica) {
        return !replica.getOrDefault("flags", "").matches(".*(s_down|o_down|disconnected).*")
                && !replica.getOrDefault("slave-priority", "100").equals("0");
    }

    private static void silent(LiveWatch watch, Found found) {
        String place =
                watch.views().isEmpty() ? watch.master() : watch.views().get(0).address();
        watch.silent()
                .forEach(address -> found.add(
                        Place.whole(place),
                        "The Sentinel " + address + " does not answer here.",
                        "Start it, or forget it with SENTINEL RESET " + watch.master()
                                + " on the others, one after the other; check that clients reach it."));
    }

    private static void lost(LiveWatch watch, View view, Found found) {
        for (Map<String, String> replica : view.replicas()) {
            String flags = replica.getOrDefault("flags", "");
            String link = replica.getOrDefault("master-link-status", "ok");
            if (flags.matches(".*(s_down|o_down|disconnected).*") || !link.equals("ok")) {
                found.add(
                        Place.whole(view.address()),
                        "Replica " + LiveWatch.address(replica) + " of " + watch.master() + " is " + flags
                                + ", its link to the master " + link + ".",
                        "Bring it back, or SENTINEL RESET " + watch.master() + " on each Sentinel in turn.");
            }
        }
    }

    private static void differ(LiveWatch watch, Found found) {
        differ(watch, found, "the master", ERROR, view -> LiveWatch.address(view.fields()));
        for (String name : List.of("quorum", "down-after-milliseconds", "failover-timeout", "parallel-syncs")) {
            differ(watch, found, name, WARNING, view -> view.field(name));
        }
    }

    private static void differ(
            LiveWatch watch, Found found, String what, Severity severity, Function<View, String> told) {
        Set<String> values = watch.views().stream().map(told).collect(Collectors.toSet());
        if (values.size() > 1) {
            found.add(
                    severity,
                    Place.whole(watch.views().get(0).address()),
                    "Of " + watch.master() + ", " + what + " is "
                            + watch.views().stream()
                                    .map(view -> told.apply(view) + " at " + view.address())
                                    .collect(Collectors.joining(", "))
                            + ".",
                    severity == ERROR
                            ? "Wait for the failover to end; else SENTINEL RESET " + watch.master()
                                    + " where the view is old."
                            : "SENTINEL SET " + watch.master() + " " + what + " <the same value> on each.");
        }
    }

    private static void names(LiveWatch watch, Found found) {
        for (View view : watch.views().stream().limit(1).toList()) {
            List<String> hosts = Stream.concat(Stream.of(view.fields()), view.replicas().stream())
                    .map(node -> node.getOrDefault("ip", ""))
                    .toList();
            long names = hosts.stream()
                    .filter(host -> host.matches(".*[g-zG-Z].*") && host.indexOf(':') < 0)
                    .count();
            if (names > 0 && names < hosts.size()) {
                found.add(
                        Place.whole(view.address()),
                        "The nodes are known as " + String.join(", ", hosts) + ".",
                        "Give replica-announce-ip on every server, all names or all addresses.");
            }
        }
    }
}
