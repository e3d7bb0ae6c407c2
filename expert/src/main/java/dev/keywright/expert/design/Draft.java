package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.PatternSheet.Data;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A design while the rules work on it. One thread; rules run in a fixed order, each sees what earlier ones decided. */
final class Draft {

    /** Entries that are about something old servers lack, with the conflict this may be. */
    private static final Map<String, String> ABOUT_OLD_SERVERS = Map.of(
            "hash-field-ttl-before-74", "field-ttl-before-7.4",
            "hash-field-ttl", "field-ttl-before-7.4");

    private final Workload workload;
    private final List<NeedDesign> needs;
    private final Map<String, Assumption> assumptions;
    private final List<Warning> warnings = new ArrayList<>();
    private final List<Reason> serverWhy = new ArrayList<>();
    private final Map<String, Directive> config = new LinkedHashMap<>();
    private Optional<String> topology = Optional.empty();
    private Optional<String> persistence = Optional.empty();
    private Optional<String> eviction = Optional.empty();
    private MemoryEstimate memory = MemoryEstimate.UNKNOWN;
    private long maxmemoryBytes;

    Draft(Workload workload, List<NeedDesign> needs, Map<String, Assumption> assumptions) {
        this.workload = workload;
        this.needs = needs;
        this.assumptions = assumptions;
    }

    Workload workload() {
        return workload;
    }

    List<NeedDesign> needs() {
        return needs;
    }

    /** A quantity that was set, said or derived. */
    Optional<Double> said(String name) {
        return workload.quantity(name);
    }

    /** A quantity that was said, or else assumed. */
    Optional<Double> value(String name) {
        return said(name).or(() -> Optional.ofNullable(assumptions.get(name)).map(Assumption::value));
    }

    boolean saidAtLeast(String name, double least) {
        return said(name).filter(value -> value >= least).isPresent();
    }

    /** Whether the words of the task, weighed as a whole, speak of this contradiction. */
    boolean speaksOf(String conflict) {
        return workload.contradiction().filter(conflict::equals).isPresent()
                || conflict.equals(ABOUT_OLD_SERVERS.get(topEntry()));
    }

    private String topEntry() {
        return workload.entries().isEmpty() ? "" : workload.entries().get(0).id();
    }

    boolean has(String... anyTrait) {
        return workload.hasAny(anyTrait);
    }

    boolean needs(String... anyPattern) {
        for (String pattern : anyPattern) {
            if (needs.stream().anyMatch(need -> need.pattern().equals(pattern))) {
                return true;
            }
        }
        return false;
    }

    boolean holds(Data data) {
        return needs.stream().map(NeedDesign::sheet).map(PatternSheet::data).anyMatch(data::equals);
    }

    boolean holdsOnly(Data... some) {
        return !needs.isEmpty()
                && needs.stream().map(NeedDesign::sheet).map(PatternSheet::data).allMatch(List.of(some)::contains);
    }

    /** Spread over masters by slot: asked for and not turned away; the masters of a Redlock are no cluster. */
    boolean isCluster() {
        boolean asked = has("cluster-named") || saidAtLeast("shards", 2) && !needs("redlock") && !has("redlock-named");
        return isTopology("cluster") || asked && !has("no-sharding");
    }

    /** One server is all there is; "one server dies" speaks of one among several. */
    boolean isSingleBox() {
        return has("only-one-box")
                || has("single-box") && !has("loss-of-one", "beyond-one-node", "replica-named", "sentinel-named");
    }

    /** While the server is away the application goes on or waits, and nobody asks for more. */
    boolean isOutageBearable() {
        return has("outage-bearable") && (has("rebuildable", "cached", "single-box") || holdsOnly(Data.CACHE));
    }

    /** The data must be served though one server is lost. */
    boolean isToStayAvailable() {
        return has("high-availability", "loss-of-one")
                || said("failover_seconds").isPresent()
                || saidAtLeast("availability_percent", 99.9);
    }

    /** No other store has this data. */
    boolean isOnlyCopy() {
        return has("only-copy") && !has("rebuildable");
    }

    boolean isDesign() {
        return workload.kind() == Kind.DESIGN;
    }

    Optional<String> topology() {
        return topology;
    }

    boolean isTopology(String id) {
        return topology.filter(id::equals).isPresent();
    }

    void topology(String id, Reason why) {
        topology = Optional.of(id);
        serverWhy.add(why);
    }

    Optional<String> persistence() {
        return persistence;
    }

    void persistence(String id, Reason why) {
        persistence = Optional.of(id);
        serverWhy.add(why);
    }

    Optional<String> eviction() {
        return eviction;
    }

    void eviction(String policy, Reason why) {
        eviction = Optional.of(policy);
        serverWhy.add(why);
    }

    MemoryEstimate memory() {
        return memory;
    }

    void memory(MemoryEstimate estimate) {
        memory = estimate;
    }

    void maxmemory(long bytes) {
        maxmemoryBytes = bytes;
    }

    long maxmemoryBytes() {
        return maxmemoryBytes;
    }

    void directive(String name, String value, String why) {
        config.put(name + (name.equals("save") ? value : ""), new Directive(name, value, why));
    }

    void warn(Warning warning) {
        if (warnings.stream().noneMatch(known -> known.id().equals(warning.id()))) {
            warnings.add(warning);
        }
    }

    List<Warning> warnings() {
        return warnings;
    }

    void assume(Assumption assumption) {
        assumptions.putIfAbsent(assumption.name(), assumption);
    }

    List<Assumption> assumptions() {
        return List.copyOf(assumptions.values());
    }

    Optional<ServerDesign> server() {
        if (topology.isEmpty() && persistence.isEmpty() && eviction.isEmpty()) {
            return Optional.empty();
        }
        boolean whole = isDesign();
        // whoever sets up how a store survives must also keep it from throwing data out
        boolean kept = whole || persistence.isPresent() && isOnlyCopy();
        return Optional.of(new ServerDesign(
                eviction.orElse(kept ? "noeviction" : ""),
                persistence.orElse(whole ? "none" : ""),
                topology.orElse(whole ? "standalone" : ""),
                maxmemoryBytes,
                List.copyOf(config.values()),
                List.copyOf(serverWhy)));
    }
}
