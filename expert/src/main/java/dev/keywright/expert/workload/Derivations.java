package dev.keywright.expert.workload;

import dev.keywright.expert.workload.Fact.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Adds what follows from the quantities a task states; never overrules one of them. */
final class Derivations {

    private static final List<String> COUNTS = List.of("keys", "entries", "users", "members", "entities", "points");

    private final List<Fact> facts;
    private final Set<String> stated;
    private final boolean replicasOfEach;

    /** @param replicasOfEach whether the number of replicas is said to be that of each shard */
    Derivations(List<Fact> asked, boolean replicasOfEach) {
        this.facts = new ArrayList<>(asked);
        this.stated = asked.stream().map(Fact::name).collect(Collectors.toUnmodifiableSet());
        this.replicasOfEach = replicasOfEach;
    }

    /** The facts given and those that follow. */
    List<Fact> complete(List<String> patterns, RoleBook book) {
        same(patterns, book);
        sizes();
        servers();
        rates();
        if (book.isAny("limiting", patterns)) {
            refill();
        }
        return List.copyOf(facts);
    }

    /** One number under the other names it goes by where the pattern keeps one of these for each of those. */
    private void same(List<String> patterns, RoleBook book) {
        if (book.isAny("per-user", patterns)) {
            copy("keys", "users", "entities");
        }
        if (book.isAny("one-key-a-user", patterns)) {
            copy("users", "keys");
        }
        if (book.isAny("board", patterns)) {
            copy("members", "users", "entities");
            copy("users", "members");
        }
        if (book.isAny("geographic", patterns)) {
            copy("points", "entities", "users", "keys");
            copy("entities", "points");
        }
        if (book.isAny("keeping", patterns)) {
            copy("ttl_seconds", "retention_seconds");
        }
        if (book.isAny("recording", patterns)) {
            copy("retention_seconds", "ttl_seconds");
        }
        if (book.isAny("presence-like", patterns)) {
            copy("ttl_seconds", "timeout_seconds");
        }
        if (book.isAny("presence-like", patterns)) {
            copy("users", "entities");
        }
        if (book.isAny("dated", patterns)) {
            days();
        }
        copy("keys", "entities");
    }

    /** What is kept for 90 days is kept day by day, and the other way round. */
    private void days() {
        fact("retention_seconds")
                .filter(kept -> kept.value() % Units.DAY == 0 && fact("days").isEmpty())
                .ifPresent(kept -> facts.add(new Fact(
                        "days", kept.value() / Units.DAY, "1", kept.from(), kept.start(), kept.end(), Origin.DERIVED)));
        fact("days")
                .filter(days -> fact("retention_seconds").isEmpty())
                .ifPresent(days -> facts.add(new Fact(
                        "retention_seconds",
                        days.value() * Units.DAY,
                        "s",
                        days.from(),
                        days.start(),
                        days.end(),
                        Origin.DERIVED)));
    }

    private void sizes() {
        Optional<Fact> size = fact("value_bytes");
        Optional<Fact> count =
                COUNTS.stream().flatMap(name -> fact(name).stream()).findFirst();
        if (size.isPresent() && count.isPresent()) {
            derive("data_bytes", size.get().value() * count.get().value(), "B", count.get(), size.get());
        }
    }

    private void servers() {
        Optional<Fact> shards = fact("shards");
        Optional<Fact> replicas = fact("replicas");
        if (shards.isPresent() && replicas.isPresent()) {
            double masters = shards.get().value();
            double copies = replicas.get().value();
            boolean inAll = !replicasOfEach && masters > 1 && copies >= masters; // "3 masters and 3 replicas"
            derive("nodes", inAll ? masters + copies : masters * (1 + copies), "1", shards.get(), replicas.get());
        }
    }

    /** Each of many that reports every so often makes a rate. */
    private void rates() {
        Optional<Fact> interval = fact("heartbeat_seconds");
        Optional<Fact> many = List.of("users", "entities", "clients").stream()
                .flatMap(name -> fact(name).stream())
                .findFirst();
        if (interval.isPresent() && many.isPresent() && interval.get().value() > 0) {
            derive("rate_per_second", many.get().value() / interval.get().value(), "1/s", many.get(), interval.get());
        }
    }

    /** A bucket is refilled at the rate of its limit; said either way, both are known. */
    private void refill() {
        if (fact("burst").isEmpty()) {
            return;
        }
        Optional<Fact> limit = fact("limit");
        Optional<Fact> window = fact("window_seconds");
        Optional<Fact> rate = fact("rate_per_second");
        if (limit.isPresent() && window.isPresent() && window.get().value() > 0) {
            derive("rate_per_second", limit.get().value() / window.get().value(), "1/s", limit.get(), window.get());
        } else if (limit.isEmpty() && window.isEmpty()) {
            rate.filter(said -> said.value() > 0).ifPresent(said -> {
                facts.add(same("limit", Math.max(1, said.value()), "1", said));
                facts.add(same("window_seconds", Math.max(1, 1 / said.value()), "s", said));
            });
        }
    }

    private static Fact same(String name, double value, String unit, Fact said) {
        return new Fact(name, value, unit, said.from(), said.start(), said.end(), Origin.DERIVED);
    }

    private void copy(String to, String... from) {
        for (String name : from) {
            fact(name).filter(fact -> stated.contains(name)).ifPresent(fact -> {
                if (fact(to).isEmpty()) {
                    facts.add(new Fact(
                            to, fact.value(), fact.unit(), fact.from(), fact.start(), fact.end(), Origin.DERIVED));
                }
            });
        }
    }

    private void derive(String name, double value, String unit, Fact first, Fact second) {
        if (fact(name).isEmpty()) {
            String from = first.from() + " x " + second.from();
            int start = Math.min(first.start(), second.start());
            facts.add(new Fact(name, value, unit, from, start, Math.max(first.end(), second.end()), Origin.DERIVED));
        }
    }

    private Optional<Fact> fact(String name) {
        return facts.stream().filter(fact -> fact.name().equals(name)).findFirst();
    }
}
