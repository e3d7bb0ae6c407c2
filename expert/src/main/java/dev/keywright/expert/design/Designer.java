package dev.keywright.expert.design;

import dev.keywright.expert.knowledge.Entry;
import dev.keywright.expert.knowledge.Knowledge;
import dev.keywright.expert.knowledge.PatternSheet;
import dev.keywright.expert.knowledge.PatternSheet.Variant;
import dev.keywright.expert.workload.Kind;
import dev.keywright.expert.workload.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Turns a workload into a design: each need by its pattern, the server by rules, conflicts first. Any number of threads. */
public final class Designer {

    /** The runbooks that set up a topology. */
    private static final Map<String, String> SET_UP =
            Map.of("cluster", "cluster-create", "sentinel", "sentinel-setup", "replica", "replication-setup");

    private final Knowledge knowledge;

    public Designer(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    public Design design(Workload workload) {
        Draft draft = draft(workload, false);
        if (draft.topology().filter("cluster"::equals).isPresent()) {
            draft = draft(workload, true);
        }
        if (workload.kind() != Kind.REFUSAL) {
            Rule.every(ConflictRules.ALL, draft);
        }
        List<NeedDesign> needs = draft.needs();
        List<Warning> warnings = draft.warnings().stream()
                .sorted(Comparator.comparing(Warning::severity))
                .toList();
        List<Entry> entries = onTopology(workload, draft.topology());
        return new Design(
                workload,
                List.copyOf(needs),
                draft.server(),
                draft.memory(),
                warnings,
                draft.assumptions(),
                questions(needs, workload),
                steps(workload, draft.topology(), entries),
                entries);
    }

    /** @param cluster whether it is known that the server will be a Cluster, where some needs are met in another way */
    private Draft draft(Workload workload, boolean cluster) {
        Map<String, Assumption> assumptions = new LinkedHashMap<>();
        List<NeedDesign> needs = new ArrayList<>();
        if (workload.kind() == Kind.DESIGN || workload.kind() == Kind.OPS) {
            workload.needs().stream()
                    .map(need -> MessageRules.pattern(need.pattern(), workload))
                    .distinct()
                    .forEach(pattern -> needs.add(meet(knowledge.pattern(pattern), workload, cluster, assumptions)));
        }
        Draft draft = new Draft(workload, needs, assumptions);
        if (workload.kind() != Kind.REFUSAL) {
            draft.memory(Sizing.estimate(draft));
            decideServer(draft);
        }
        return draft;
    }

    /** What the knowledge says; of an operation on a topology that is named, nothing on another one comes first. */
    private List<Entry> onTopology(Workload workload, Optional<String> topology) {
        List<Entry> entries = workload.entries();
        if (workload.kind() != Kind.OPS || topology.isEmpty() || entries.isEmpty()) {
            return entries;
        }
        Optional<Entry> setUp =
                topology.map(SET_UP::get).flatMap(knowledge::entry).map(workload::filled);
        Optional<String> first = entries.get(0).implied("topology", workload.traits());
        Optional<Entry> better = setUp.filter(runbook -> workload.has("set-up"));
        if (better.isEmpty() && (first.isEmpty() || first.equals(topology))) {
            return entries;
        }
        if (better.isEmpty()) {
            better = entries.stream()
                    .filter(entry ->
                            entry.implied("topology", workload.traits()).equals(topology))
                    .filter(entry -> !entry.steps().isEmpty())
                    .findFirst()
                    .or(() -> setUp);
        }
        List<Entry> ordered = new ArrayList<>();
        better.ifPresent(ordered::add);
        entries.stream()
                .filter(entry -> ordered.stream().noneMatch(put -> put.id().equals(entry.id())))
                .forEach(ordered::add);
        return List.copyOf(ordered);
    }

    private static void decideServer(Draft draft) {
        Workload workload = draft.workload();
        if (workload.kind() == Kind.DESIGN) {
            Rule.first(ServerRules.TOPOLOGY, draft);
            Rule.first(ServerRules.PERSISTENCE, draft);
            Rule.first(ServerRules.EVICTION, draft);
            draft.memory(Sizing.estimate(draft));
            draft.maxmemory(Sizing.maxmemory(draft));
            Configuration.write(draft);
            return;
        }
        Optional<String> topology = implied("topology", workload);
        boolean sized = workload.quantity("data_bytes").isPresent()
                || workload.quantity("rate_per_second").isPresent();
        boolean byLoad = workload.kind() == Kind.QUERY
                && topology.isPresent()
                && sized
                && ServerRules.TOPOLOGY_BY_LOAD.stream()
                        .anyMatch(rule -> rule.applies().test(draft));
        if (workload.kind() == Kind.OPS && draft.has("cluster-named", "sentinel-named")) {
            Rule.first(ServerRules.TOPOLOGY, draft);
        } else if (workload.kind() == Kind.OPS && draft.has("set-up") && draft.has("replica-named", "files-named")) {
            Rule.first(ServerRules.TOPOLOGY_SET_UP, draft);
        } else if (byLoad) {
            Rule.first(ServerRules.TOPOLOGY_BY_LOAD, draft);
        } else {
            topology.ifPresent(id -> draft.topology(id, knowledgeReason(workload)));
        }
        Optional<String> persistence = implied("persistence", workload);
        if (persistence.isEmpty() && workload.kind() == Kind.OPS && saysWhatMayBeLost(draft)) {
            Rule.first(ServerRules.PERSISTENCE, draft);
        } else {
            persistence.ifPresent(id -> draft.persistence(id, knowledgeReason(workload)));
        }
        implied("eviction", workload).ifPresent(id -> draft.eviction(id, knowledgeReason(workload)));
    }

    private static boolean saysWhatMayBeLost(Draft draft) {
        return draft.said("rpo_seconds").isPresent() || draft.has("zero-loss", "little-loss-ok", "aof-named");
    }

    /** What the best entry implies, or else one of the next on the same subject. */
    private static Optional<String> implied(String choice, Workload workload) {
        List<Entry> entries = workload.entries();
        return entries.stream()
                .limit(3)
                .filter(entry -> entry.subject().equals(entries.get(0).subject()))
                .map(entry -> entry.implied(choice, workload.traits()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Reason knowledgeReason(Workload workload) {
        Entry entry = workload.entries().get(0);
        return new Reason(entry.id(), entry.title());
    }

    private static NeedDesign meet(
            PatternSheet sheet, Workload workload, boolean cluster, Map<String, Assumption> assumptions) {
        for (PatternSheet.Assumed assumed : sheet.assumes()) {
            if (workload.quantity(assumed.name(), sheet.pattern()).isEmpty()) {
                assumptions.putIfAbsent(assumed.name(), assumption(assumed, sheet, workload));
            }
        }
        Optional<MessagePlan> messages = MessageRules.plan(sheet, workload, cluster, assumptions);
        Optional<Variant> taken = sheet.variants().stream()
                .filter(variant -> variant.when().stream().anyMatch(workload::has)
                        || variant.form()
                                .flatMap(form ->
                                        messages.filter(plan -> plan.form().equals(form)))
                                .isPresent())
                .findFirst();
        List<PatternSheet.Key> keys =
                taken.map(Variant::keys).filter(own -> !own.isEmpty()).orElse(sheet.keys());
        String structure = taken.map(Variant::structure).orElse(sheet.structure());
        List<Reason> why = new ArrayList<>();
        why.add(new Reason("pattern-" + sheet.pattern(), sheet.summary()));
        taken.flatMap(Variant::why).ifPresent(text -> why.add(new Reason("structure-" + structure, text)));
        messages.ifPresent(plan -> why.addAll(plan.why()));
        List<KeyDesign> designed = keys.stream()
                .filter(key -> key.when().stream()
                        .allMatch(
                                name -> workload.quantity(name, sheet.pattern()).isPresent()))
                .map(key -> key(key, name -> workload.quantity(name, sheet.pattern()), assumptions))
                .toList();
        Optional<CachePlan> cache = CacheRules.plan(sheet, designed, workload, assumptions);
        cache.ifPresent(plan -> why.addAll(plan.why()));
        return new NeedDesign(
                taken.flatMap(Variant::title).orElse(sheet.title()),
                sheet,
                structure,
                designed,
                taken.map(Variant::commands).filter(own -> !own.isEmpty()).orElse(sheet.commands()),
                taken.isPresent() ? Optional.empty() : sheet.script(),
                why,
                alternatives(sheet, taken),
                candidates(sheet, structure, messages),
                taken.map(Variant::guarantees).filter(own -> !own.isEmpty()).orElse(sheet.guarantees()),
                sheet.traps(),
                cache,
                messages);
    }

    /** Sizes said in words without a figure, and what is taken for them. */
    private static final Map<String, Double> SAID_ROUGHLY = Map.of(
            "billions",
            2e9,
            "hundreds-of-millions",
            3e8,
            "millions",
            5e6,
            "hundreds-of-thousands",
            3e5,
            "thousands",
            1e4);

    private static Assumption assumption(PatternSheet.Assumed assumed, PatternSheet sheet, Workload workload) {
        boolean counts = sheet.size()
                .filter(size -> size.items().contains(assumed.name()))
                .isPresent();
        return SAID_ROUGHLY.entrySet().stream()
                .filter(rough -> counts && workload.has(rough.getKey()))
                .findFirst()
                .map(rough -> Assumption.of(
                        assumed.name(),
                        rough.getValue(),
                        "you say " + rough.getKey().replace('-', ' ') + " without a figure"))
                .orElseGet(() -> Assumption.of(assumed.name(), assumed.value(), assumed.why()));
    }

    private static KeyDesign key(
            PatternSheet.Key key, Function<String, Optional<Double>> known, Map<String, Assumption> assumptions) {
        Optional<Long> ttl = key.ttl().map(rule -> {
            double amount = rule.by(known).orElse(rule.otherwise());
            if (!rule.of().isEmpty() && !rule.isSaid(known)) {
                String name = rule.of().get(0);
                assumptions.putIfAbsent(
                        name,
                        Assumption.of(
                                name,
                                amount / rule.times(),
                                key.ttlWhy().orElse("the usual value where none is given")));
            }
            return Math.max(1, Math.round(amount));
        });
        return new KeyDesign(key.name(), key.type(), ttl, key.ttlWhy(), key.example(), key.holds());
    }

    private static List<Alternative> alternatives(PatternSheet sheet, Optional<Variant> taken) {
        List<Alternative> alternatives = new ArrayList<>();
        for (Variant variant : sheet.variants()) {
            if (taken.filter(variant::equals).isEmpty()) {
                alternatives.add(new Alternative(variant.pattern(), variant.structure(), variant.whyNot()));
            }
        }
        taken.ifPresent(variant -> alternatives.add(new Alternative(
                sheet.pattern(), sheet.structure(), variant.why().orElse("does not meet what is asked here"))));
        return alternatives;
    }

    private static List<PatternSheet.Candidate> candidates(
            PatternSheet sheet, String structure, Optional<MessagePlan> messages) {
        Optional<String> form = messages.map(MessagePlan::form);
        return sheet.candidates().stream()
                .sorted(Comparator.comparingInt((PatternSheet.Candidate c) ->
                                c.form().isEmpty() ? 1 : c.form().equals(form) ? 0 : 2)
                        .thenComparing(c -> !c.structure().equals(structure)))
                .toList();
    }

    private static List<String> questions(List<NeedDesign> needs, Workload workload) {
        if (workload.kind() != Kind.DESIGN) {
            return List.of();
        }
        return needs.stream()
                .flatMap(need -> need.sheet().questions().stream())
                .distinct()
                .limit(5)
                .toList();
    }

    /** What to type: for an operation or a question its own steps, for a design how its topology is set up. */
    private List<Step> steps(Workload workload, Optional<String> topology, List<Entry> entries) {
        Optional<Entry> runbook = switch (workload.kind()) {
            case DESIGN -> topology.map(SET_UP::get).flatMap(knowledge::entry).map(workload::filled);
            case OPS, QUERY -> entries.stream().findFirst();
            case REFUSAL -> Optional.empty();
        };
        List<Step> steps = new ArrayList<>();
        runbook.ifPresent(entry ->
                entry.steps().forEach(step -> steps.add(new Step(step.title(), step.command(), note(step)))));
        runbook.filter(entry -> !steps.isEmpty())
                .map(Entry::id)
                .flatMap(knowledge::verb)
                .ifPresent(verb -> steps.add(new Step(
                        "Or with Keywright: " + verb.title(),
                        Optional.of(verb.run()),
                        verb.look().map(text -> "look: " + text))));
        return List.copyOf(steps);
    }

    private static Optional<String> note(Entry.Step step) {
        Optional<String> look = step.look().map(text -> "look: " + text);
        Optional<String> back = step.back().map(text -> "back: " + text);
        return look.isPresent() && back.isPresent()
                ? Optional.of(look.get() + " · " + back.get())
                : look.or(() -> back);
    }
}
